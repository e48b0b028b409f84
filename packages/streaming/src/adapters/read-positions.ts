/** One topic of an open partition. */
export interface TopicPosition {
  /** Offset of the next record to hand over. */
  next: number;
  /** End of the log as the broker last told with a batch. */
  end: number;
}

/**
 * Which partitions are open, how far each was read, and up to what time it was read to its end.
 *
 * kafkajs tells of fetches that bring nothing only by its FETCH_START event: when the next fetch from a node starts, the
 * batches of the one before were all handed over, so a partition without a batch in it was at its end when that one started.
 */
export class ReadPositions {
  readonly #open = new Map<number, { readonly topics: Map<string, TopicPosition>; readonly opened_ms: number }>();
  readonly #nodes = new Map<number, { started_ms: number; complete_ms: number; full: boolean }>();

  open(partition: number, offsets: ReadonlyMap<string, number>, now_ms: number): void {
    const topics = new Map([...offsets].map(([topic, next]) => [topic, { next, end: next }]));
    this.#open.set(partition, { topics, opened_ms: now_ms });
  }

  shut(partition: number): void {
    this.#open.delete(partition);
  }

  partitions(): number[] {
    return [...this.#open.keys()];
  }

  of(partition: number): ReadonlyMap<string, TopicPosition> | undefined {
    return this.#open.get(partition)?.topics;
  }

  /** A fetch from a node starts. */
  fetchStarted(node: number, now_ms: number): void {
    const before = this.#nodes.get(node);
    const complete_ms = before === undefined || before.full ? (before?.complete_ms ?? -Infinity) : before.started_ms;
    this.#nodes.set(node, { started_ms: now_ms, complete_ms, full: false });
  }

  /** The fetch under way may have been cut short by its size limit: it proves nothing about silent partitions. */
  fetchWasFull(): void {
    for (const node of this.#nodes.values()) node.full = true;
  }

  /** Forgets what is known of fetches, as after joining the group again. */
  forgetFetches(): void {
    this.#nodes.clear();
  }

  caughtUpTo(partition: number): number {
    const open = this.#open.get(partition);
    if (open === undefined || this.#nodes.size === 0) return -Infinity;
    for (const { next, end } of open.topics.values()) if (next < end) return -Infinity;
    let complete_ms = Infinity;
    for (const node of this.#nodes.values()) complete_ms = Math.min(complete_ms, node.complete_ms);
    return complete_ms > open.opened_ms ? complete_ms : -Infinity;
  }
}
