import type { TimeLimits } from '../time/partition-clock.ts';

/** Limits of a stage. */
export interface StageLimits extends TimeLimits {
  /** Records in a batch. */
  readonly batchRecords: number;
  /** Keys visited in one batch of a sweep, and keys woken in one batch. */
  readonly batchKeys: number;
  /** External calls in flight. */
  readonly effects: number;
  /** How long a poll waits for records, in milliseconds. */
  readonly pollMs: number;
}

/** The default limits of a stage. */
export const DEFAULT_LIMITS: StageLimits = {
  batchRecords: 1_000,
  batchKeys: 500,
  effects: 512,
  pollMs: 200,
  publishMs: 300,
  skewMs: 500,
};
