import type { Topology } from '../language/topology.ts';
import type { NotStarted } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import type { StageMetrics } from '../ports/metrics.ts';

const RUNBOOK = 'docs/operating.md#a-partition-is-not-started';

/** Assigned partitions that cannot start until an operator repairs their store or their log. */
export class NotStartedPartitions {
  readonly #dependencies: { topology: Topology; metrics: Pick<StageMetrics, 'notStarted'>; logger: Logger };
  readonly #reasons = new Map<number, { readonly reason: NotStarted; readonly where: string }>();

  constructor(dependencies: { topology: Topology; metrics: Pick<StageMetrics, 'notStarted'>; logger: Logger }) {
    this.#dependencies = dependencies;
  }

  has(partition: number): boolean {
    return this.#reasons.has(partition);
  }

  /** Reports a partition that cannot start, once for each reason and place. */
  add(partition: number, reason: NotStarted, where: string): void {
    const { topology, metrics, logger } = this.#dependencies;
    const before = this.#reasons.get(partition);
    if (before?.reason === reason && before.where === where) return;
    if (before !== undefined) this.delete(partition);
    this.#reasons.set(partition, { reason, where });
    metrics.notStarted(partition, reason, true);
    logger.error(
      { stage: topology.stage, partition, reason, where, runbook: RUNBOOK },
      'the partition cannot start: it needs a repair',
    );
  }

  /** The partition has started, or another instance reports it. */
  delete(partition: number): void {
    const before = this.#reasons.get(partition);
    if (before !== undefined) this.#dependencies.metrics.notStarted(partition, before.reason, false);
    this.#reasons.delete(partition);
  }

  /** Forgets all partitions but these. */
  keep(assigned: ReadonlySet<number>): void {
    for (const partition of this.#reasons.keys()) if (!assigned.has(partition)) this.delete(partition);
  }
}
