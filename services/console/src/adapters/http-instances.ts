import { OPERATIONS_METRICS } from '../domain/operations.ts';
import { type InstanceState, type Reading, STAGE_METRICS } from '../domain/overview.ts';
import { parseMetrics, type Sample } from '../domain/parse-metrics.ts';
import { HEALTH_METRICS } from '../domain/stage-health.ts';
import type { ReadInstances } from '../ports.ts';
import { instancesBehind } from './instances-behind.ts';

/** Base URLs of the operations ports of the instances of each service. */
export type InstanceUrls = Readonly<Record<string, readonly string[]>>;

/** The prefixes of all metrics that the console shows. */
const SHOWN_METRICS = [...new Set([...STAGE_METRICS, ...HEALTH_METRICS, ...OPERATIONS_METRICS])];

/** A slower answer counts as none: the page refreshes every second. */
const ANSWER_WITHIN_MS = 900;

/** Reads `/health/ready` and `/metrics` of every instance, all at once. */
export function httpInstances(urls: InstanceUrls, nowMs: () => number): ReadInstances {
  const named = Object.entries(urls).flatMap(([service, bases]) => bases.map((base) => ({ service, base })));
  return async () => {
    const instances = await Promise.all(
      named.map(async ({ service, base }) => (await instancesBehind(base)).map((one) => ({ service, base: one }))),
    );
    return Promise.all(
      instances.flat().map(async ({ service, base }): Promise<Reading> => {
        const [state, samples] = await Promise.all([readState(base), readSamples(base)]);
        return { service, instance: new URL(base).host, state, at_ms: nowMs(), samples };
      }),
    );
  };
}

/** The address at which a process reaches itself if it listens on every address; otherwise the one it listens on. */
export function ownUrl({ host, port }: { readonly host: string; readonly port: number }): string {
  const own = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${own.includes(':') ? `[${own}]` : own}:${port}`;
}

function ask(address: string): Promise<Response> {
  return fetch(address, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
}

async function readState(base: string): Promise<InstanceState> {
  try {
    const answer = await ask(`${base}/health/ready`);
    await answer.body?.cancel();
    return answer.ok ? 'ready' : 'starting';
  } catch {
    return 'down';
  }
}

async function readSamples(base: string): Promise<readonly Sample[]> {
  try {
    const answer = await ask(`${base}/metrics`);
    const text = await answer.text();
    return answer.ok ? parseMetrics(text, SHOWN_METRICS) : [];
  } catch {
    return [];
  }
}
