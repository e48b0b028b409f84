import { STAGES } from '@hilo/schemas/stages';
import type { Sample } from './parse-metrics.ts';

/** An instance's answer. */
export type InstanceState = 'ready' | 'starting' | 'down';

/** What one instance of a service reported at one time. */
export interface Reading {
  readonly service: string;
  /** Address of its operations port, without path, such as `127.0.0.1:4203`. */
  readonly instance: string;
  readonly state: InstanceState;
  /** When it was read, on a monotonic clock. */
  readonly at_ms: number;
  readonly samples: readonly Sample[];
}

/** One service and its instances. */
export interface ServiceOverview {
  readonly service: string;
  readonly instances: readonly { readonly instance: string; readonly state: InstanceState }[];
}

/** One stage of the stream, all of its instances together. */
export interface StageOverview {
  readonly stage: string;
  /** Null until an instance was read twice. */
  readonly records_per_s: number | null;
  readonly outputs_per_s: number | null;
  /** Records that wait to be read; null if not reported. */
  readonly lag_records: number | null;
  /** Since the instances started. */
  readonly dead_letters: number;
}

/** One segment and its current size. */
export interface SegmentOverview {
  readonly segment: string;
  readonly name: string;
  readonly members: number;
}

const RECORDS = 'hilo_stage_records_total';
const OUTPUTS = 'hilo_stage_outputs_total';
const LAG = 'hilo_stage_lag_records';
const DEAD_LETTERS = 'hilo_stage_dead_letters_total';

/** Metrics that the overview uses. */
export const STAGE_METRICS: readonly string[] = [RECORDS, OUTPUTS, LAG, DEAD_LETTERS];

/** Groups readings by service, in their order. */
export function servicesOf(readings: readonly Reading[]): readonly ServiceOverview[] {
  return Array.from(
    Map.groupBy(readings, (reading) => reading.service),
    ([service, of]) => ({
      service,
      instances: of.map(({ instance, state }) => ({ instance, state })),
    }),
  );
}

/** Rates, lag and dead letters of every stage, from two rounds of readings. */
export function stagesOf(earlier: readonly Reading[], later: readonly Reading[]): readonly StageOverview[] {
  return STAGES.map((stage) => ({
    stage,
    records_per_s: rateOf(RECORDS, stage, earlier, later),
    outputs_per_s: rateOf(OUTPUTS, stage, earlier, later),
    lag_records: totalOf(LAG, stage, later),
    dead_letters: totalOf(DEAD_LETTERS, stage, later) ?? 0,
  }));
}

/** Sum of the instances' rates. An instance not read twice adds nothing; null if there is none. */
function rateOf(name: string, stage: string, earlier: readonly Reading[], later: readonly Reading[]): number | null {
  const rates = later.flatMap((now) => {
    const before = earlier.find((reading) => reading.service === now.service && reading.instance === now.instance);
    const count = totalOf(name, stage, [now]);
    if (before === undefined || count === null || now.at_ms <= before.at_ms) return [];
    const countBefore = totalOf(name, stage, [before]);
    // A counter that fell belongs to a restarted process: its whole value is new.
    const grown = countBefore === null || count < countBefore ? count : count - countBefore;
    return [(grown * 1000) / (now.at_ms - before.at_ms)];
  });
  return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0);
}

function totalOf(name: string, stage: string, readings: readonly Reading[]): number | null {
  const values = readings.flatMap((reading) =>
    reading.samples
      .filter((sample) => sample.name === name && sample.labels.stage === stage && Number.isFinite(sample.value))
      .map((sample) => sample.value),
  );
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}
