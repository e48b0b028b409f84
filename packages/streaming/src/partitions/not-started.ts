import type { Topology } from '../language/topology.ts';
import type { NotStarted } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import type { StageMetrics } from '../ports/metrics.ts';

const RUNBOOK = 'docs/operating.md#a-partition-is-not-started';

/** Assigned partitions that are not read until somebody repairs their store or their log. */
export class NotStartedPartitions {
  readonly #parts: { topology: Topology; metrics: Pick<StageMetrics, 'notStarted'>; logger: Logger };
  readonly #reasons = new Map<number, { readonly reason: NotStarted; readonly where: string }>();

  constructor(parts: { topology: Topology; metrics: Pick<StageMetrics, 'notStarted'>; logger: Logger }) {
    this.#parts = parts;
  }

  has(partition: number): boolean {
    return this.#reasons.has(partition);
  }

  /** Reports a partition that can't be read, once for each reason and place. */
  add(partition: number, reason: NotStarted, where: string): void {
    const { topology, metrics, logger } = this.#parts;
    const before = this.#reasons.get(partition);
    if (before?.reason === reason && before.where === where) return;
    if (before !== undefined) this.delete(partition);
    this.#reasons.set(partition, { reason, where });
    metrics.notStarted(partition, reason, true);
    logger.error(
      { stage: topology.stage, partition, reason, where, runbook: RUNBOOK },
      'the partition is not started before it is repaired',
    );
  }

  /** The partition is read, or is another instance's to report. */
  delete(partition: number): void {
    const before = this.#reasons.get(partition);
    if (before !== undefined) this.#parts.metrics.notStarted(partition, before.reason, false);
    this.#reasons.delete(partition);
  }

  /** Leaves all but these partitions to others. */
  keep(assigned: ReadonlySet<number>): void {
    for (const partition of this.#reasons.keys()) if (!assigned.has(partition)) this.delete(partition);
  }
}
