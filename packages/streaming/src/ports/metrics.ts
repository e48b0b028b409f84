import type { NotStarted } from './log.ts';

/** What a stage reports about itself. */
export interface StageMetrics {
  records(topic: string, count: number): void;
  outputs(topic: string, count: number): void;
  drops(reason: string, count: number): void;
  deadLetters(reason: string): void;
  batch(records: number): void;
  step(step: BatchStep, seconds: number): void;
  timerLag(seconds: number): void;
  lag(topic: string, partition: number, records: number): void;
  /** How long a partition has had input and made no progress. */
  stalled(partition: number, seconds: number): void;
  gap(partition: number): void;
  /** Whether a partition is held at a record that cannot be decoded. */
  unreadable(partition: number, isHeld: boolean): void;
  /** Whether an assigned partition is not read until it is repaired. */
  notStarted(partition: number, reason: NotStarted, isSo: boolean): void;
  /** Another instance reports the partition's lag and gaps from now on. */
  letGo(partition: number, topics: readonly string[]): void;
  retry(reason: string): void;
  owned(partitions: number): void;
  /** An input triggered a bug. */
  bug(): void;
  /** Keys that are held because of a bug. */
  held(keys: number): void;
  waiting(keys: number, oldestSeconds: number): void;
  /** The oldest due wake-up, and the oldest of those that nothing holds back. */
  wakes(dueSeconds: number, overdueSeconds: number): void;
  /** How far behind each origin of the stage's time is; omits released ones, which are not waited for. */
  timeBehind(seconds: ReadonlyMap<string, number>): void;
  /** How long ago the newest event of a batch happened. */
  eventLag(seconds: number): void;
  /** From the receipt of the first event of a batch to the commit that holds it. */
  latency(seconds: number): void;
}

/** The steps of a batch that are timed. */
export type BatchStep = 'decode' | 'fold' | 'commit' | 'produce';
