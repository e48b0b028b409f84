import type { MembershipChanged } from '@hilo/schemas';
import { Counter, Histogram } from 'prom-client';

/** Counts what the stage decides, each decision once. */
export interface SegmentationMetrics {
  decided(change: MembershipChanged): void;
}

/** Metrics in prom-client's default registry. */
export function segmentationMetrics(): SegmentationMetrics {
  const decisions = new Counter({
    name: 'hilo_segmentation_decisions_total',
    help: 'Membership changes decided, by what caused them.',
    labelNames: ['status', 'reason'],
  });
  const lateness = new Histogram({
    name: 'hilo_segmentation_time_decision_lag_seconds',
    help: 'From the time at which a change by time was due to its decision.',
    buckets: [0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60],
  });
  return {
    decided: ({ status, reason, event_time, told_at }) => {
      decisions.inc({ status, reason });
      if (reason === 'time' && event_time !== null && told_at !== null)
        lateness.observe((told_at - event_time) / 1_000);
    },
  };
}
