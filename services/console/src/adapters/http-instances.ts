import { OPERATIONS_METRICS } from '../domain/operations.ts';
import { type InstanceState, type Reading, STAGE_METRICS } from '../domain/overview.ts';
import { parseMetrics, type Sample } from '../domain/parse-metrics.ts';
import { HEALTH_METRICS } from '../domain/stage-health.ts';
import type { ReadInstances } from '../ports.ts';
import { instancesBehind } from './instances-behind.ts';

/** Base URLs of the instances of each service. */
export type InstanceUrls = Readonly<Record<string, readonly string[]>>;

/** Everything that is shown of the metrics. */
const SHOWN_METRICS = [...new Set([...STAGE_METRICS, ...HEALTH_METRICS, ...OPERATIONS_METRICS])];

/** An answer that takes longer is none: the page is refreshed every second. */
const ANSWER_WITHIN_MS = 900;

/** Reads `/health/ready` and `/metrics` of every instance, all at once. */
export function httpInstances(urls: InstanceUrls, now_ms: () => number): ReadInstances {
  const named = Object.entries(urls).flatMap(([service, bases]) => bases.map((base) => ({ service, base })));
  return async () => {
    const instances = await Promise.all(
      named.map(async ({ service, base }) => (await instancesBehind(base)).map((one) => ({ service, base: one }))),
    );
    return Promise.all(
      instances.flat().map(async ({ service, base }): Promise<Reading> => {
        const [state, samples] = await Promise.all([readState(base), readSamples(base)]);
        return { service, instance: new URL(base).host, state, at_ms: now_ms(), samples };
      }),
    );
  };
}

/** Where a process that listens on every address finds itself; on one address alone, that one. */
export function ownUrl({ host, port }: { readonly host: string; readonly port: number }): string {
  const own = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${own.includes(':') ? `[${own}]` : own}:${port}`;
}

async function readState(base: string): Promise<InstanceState> {
  try {
    const answer = await fetch(`${base}/health/ready`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await answer.body?.cancel();
    return answer.ok ? 'ready' : 'starting';
  } catch {
    return 'down';
  }
}

async function readSamples(base: string): Promise<readonly Sample[]> {
  try {
    const answer = await fetch(`${base}/metrics`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const text = await answer.text();
    return answer.ok ? parseMetrics(text, SHOWN_METRICS) : [];
  } catch {
    return [];
  }
}
