import { OPERATIONS_METRICS } from '../domain/operations.ts';
import { type InstanceState, type Reading, STAGE_METRICS } from '../domain/overview.ts';
import { parseMetrics, type Sample } from '../domain/parse-metrics.ts';
import { HEALTH_METRICS } from '../domain/stage-health.ts';
import type { ReadInstances } from '../ports.ts';
import { askInstance } from './ask-instance.ts';
import { type Instance, instancesBehind } from './instances-behind.ts';

/** Base URLs of the operations ports of the instances of each service. */
export type InstanceUrls = Readonly<Record<string, readonly string[]>>;

/** The prefixes of all metrics that the console shows. */
const SHOWN_METRICS = [...new Set([...STAGE_METRICS, ...HEALTH_METRICS, ...OPERATIONS_METRICS])];

/** A slower answer counts as none: the page refreshes every second. */
const ANSWER_WITHIN_MS = 900;

/** Reads `/health/ready` and `/metrics` of every instance, all at once. */
export function httpInstances(urls: InstanceUrls, nowMs: () => number): ReadInstances {
  const named = Object.entries(urls).flatMap(([service, bases]) => bases.map((url) => ({ service, url })));
  return async () => {
    const instances = await Promise.all(
      named.map(async ({ service, url }) => (await instancesBehind(url)).map((instance) => ({ service, instance }))),
    );
    return Promise.all(
      instances.flat().map(async ({ service, instance }): Promise<Reading> => {
        const [state, samples] = await Promise.all([readState(instance), readSamples(instance)]);
        return { service, instance: shownName(instance), state, at_ms: nowMs(), samples };
      }),
    );
  };
}

/** By which the console's pages distinguish instances. */
function shownName({ url, address }: Instance): string {
  const shown = new URL(url);
  if (address !== null) shown.hostname = address;
  return shown.host;
}

/**
 * The address at which a process reaches itself if it listens on every address; otherwise the one it listens on. With TLS its
 * certificate must have that address among its names.
 */
export function ownUrl(listens: { readonly host: string; readonly port: number }, isTls: boolean): string {
  const { host, port } = listens;
  const own = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${isTls ? 'https' : 'http'}://${own.includes(':') ? `[${own}]` : own}:${port}`;
}

async function readState(instance: Instance): Promise<InstanceState> {
  try {
    return (await askInstance(instance, '/health/ready', ANSWER_WITHIN_MS)).ok ? 'ready' : 'starting';
  } catch {
    return 'down';
  }
}

async function readSamples(instance: Instance): Promise<readonly Sample[]> {
  try {
    const { ok, text } = await askInstance(instance, '/metrics', ANSWER_WITHIN_MS);
    return ok ? parseMetrics(text, SHOWN_METRICS) : [];
  } catch {
    return [];
  }
}
