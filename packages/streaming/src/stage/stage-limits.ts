import type { TimeLimits } from '../time/partition-clock.ts';

/** Limits of a stage. */
export interface StageLimits extends TimeLimits {
  /** Records in a batch. */
  readonly batch_records: number;
  /** Keys visited in one batch of a sweep, and keys woken in one batch. */
  readonly batch_keys: number;
  /** External calls in flight. */
  readonly effects: number;
  /** How long a poll waits for records, in milliseconds. */
  readonly poll_ms: number;
}

/** The default limits of a stage. */
export const DEFAULT_LIMITS: StageLimits = {
  batch_records: 1_000,
  batch_keys: 500,
  effects: 512,
  poll_ms: 200,
  publish_ms: 300,
  skew_ms: 500,
};
