import type { Reading } from '../domain/overview.ts';
import { parseMetrics } from '../domain/parse-metrics.ts';

/** A reading of an instance, from lines as in `/metrics`. */
export function reading(service: string, instance: string, at_ms: number, ...lines: readonly string[]): Reading {
  return { service, instance, state: 'ready', at_ms, samples: parseMetrics(lines.join('\n'), ['']) };
}
