import type { StageMetrics } from '../ports/metrics.ts';

/** Metrics that are not recorded, for drivers and simulations. */
export const NO_METRICS: StageMetrics = {
  records: () => undefined,
  outputs: () => undefined,
  drops: () => undefined,
  deadLetters: () => undefined,
  batch: () => undefined,
  step: () => undefined,
  timerLag: () => undefined,
  lag: () => undefined,
  stalled: () => undefined,
  gap: () => undefined,
  unreadable: () => undefined,
  notStarted: () => undefined,
  letGo: () => undefined,
  retry: () => undefined,
  owned: () => undefined,
  bug: () => undefined,
  held: () => undefined,
  waiting: () => undefined,
  wakes: () => undefined,
  timeBehind: () => undefined,
  eventLag: () => undefined,
  latency: () => undefined,
};
