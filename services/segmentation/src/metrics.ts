import type { MembershipChanged } from '@hilo/schemas';
import { LatestReading } from '@hilo/service';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Verifications } from './ports.ts';

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

/** Shows how many memberships verification has found wrong; 0 before the first partition is verified. */
export function showDifferences(verifications: Pick<Verifications, 'latest'>): void {
  const latest = new LatestReading(() => verifications.latest());
  new Gauge({
    name: 'hilo_segmentation_differences',
    help: 'Memberships that differ from the history, as last verified, the same in every instance.',
    collect() {
      const partitions = latest.get() ?? [];
      if (partitions.length > 0) this.set(partitions.reduce((sum, { differences }) => sum + differences, 0));
    },
  });
}
