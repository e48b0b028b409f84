/** The state of a partition that is assigned to an instance. */
export interface PartitionProgress {
  readonly partition: number;
  /** Grows with what was read and committed; null: the partition is not read yet. */
  readonly committed: number | null;
  /** True while something of it is in progress or holds it, whatever waits in its topics. */
  readonly hasInput: boolean;
}

interface Watched {
  committed: number | null;
  since_ms: number;
}

/**
 * Detects partitions that make no progress although they have input: held, hanging, not taken over, or for any other
 * reason.
 */
export class ProgressWatch {
  readonly #watched = new Map<number, Watched>();

  /**
   * How long each partition has had input and made no progress, in milliseconds; 0: it progresses, or has nothing to
   * do. `waiting`: waiting records by partition. `nowMs`: by a monotonic clock.
   */
  look(
    progress: readonly PartitionProgress[],
    waiting: ReadonlyMap<number, number>,
    nowMs: number,
  ): ReadonlyMap<number, number> {
    const stalledMs = new Map<number, number>();
    const assigned = new Set(progress.map(({ partition }) => partition));
    for (const partition of this.#watched.keys()) if (!assigned.has(partition)) this.#watched.delete(partition);
    for (const { partition, committed, hasInput } of progress) {
      const before = this.#watched.get(partition);
      const idles = committed !== null && !hasInput && (waiting.get(partition) ?? 0) === 0;
      if (before === undefined || idles || before.committed !== committed) {
        this.#watched.set(partition, { committed, since_ms: nowMs });
        stalledMs.set(partition, 0);
      } else stalledMs.set(partition, nowMs - before.since_ms);
    }
    return stalledMs;
  }
}
