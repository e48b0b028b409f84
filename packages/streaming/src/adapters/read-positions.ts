/** One topic of an open partition. */
export interface TopicPosition {
  /** Offset of the next record to fetch. */
  next: number;
  /** End of the log as the broker last told with a batch. */
  end: number;
  /** End of the log as it was looked up: for the lag of what was not fetched yet. */
  looked_up_end: number;
  /** Records fetched and not handed over yet. */
  waiting: number;
  /** Broker time up to which everything was handed over. */
  consumed_ms: number;
}

interface Fetches {
  started_ms: number;
  complete_ms: number;
  full: boolean;
  answered: boolean;
}

/**
 * Which partitions are open, how far each was read, and up to what time everything in it was handed over.
 *
 * While there is more to read, that time is the broker's time of the last record. kafkajs tells of fetches that bring
 * nothing only by its FETCH_START event: when the next fetch from a node starts, the batches of the one before were all
 * taken, so what brought no batch, though the fetch was answered, was at its end when that one started.
 */
export class ReadPositions {
  readonly #open = new Map<number, { readonly topics: Map<string, TopicPosition>; readonly opened_ms: number }>();
  readonly #nodes = new Map<number, Fetches>();

  /** Of each topic: where to read from, and the end of its log. */
  open(
    partition: number,
    offsets: ReadonlyMap<string, { readonly next: number; readonly end: number }>,
    now_ms: number,
  ): void {
    const topics = new Map(
      [...offsets].map(([topic, { next, end }]) => [
        topic,
        { next, end: next, looked_up_end: end, waiting: 0, consumed_ms: -Infinity },
      ]),
    );
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

  /** Records of an open partition not handed over, as far as known, by topic. */
  lagOf(partition: number): readonly (readonly [topic: string, records: number])[] {
    return [...(this.of(partition) ?? [])].map(([topic, { next, end, looked_up_end, waiting }]) => [
      topic,
      Math.max(0, Math.max(end, looked_up_end) - next) + waiting,
    ]);
  }

  /** The log of a topic's partition was looked up, and ends here. */
  lookedUp(topic: string, partition: number, end: number): void {
    const position = this.of(partition)?.get(topic);
    if (position !== undefined) position.looked_up_end = end;
  }

  /** A record is handed over. Others of the same millisecond may follow. */
  handedOver({ topic, partition, timestamp_ms }: { topic: string; partition: number; timestamp_ms: number }): void {
    const position = this.of(partition)?.get(topic);
    if (position === undefined) return;
    position.waiting -= 1;
    position.consumed_ms = Math.max(position.consumed_ms, timestamp_ms - 1);
  }

  /** A fetch from a node starts. */
  fetchStarted(node: number, now_ms: number): void {
    const before = this.#nodes.get(node);
    const proves = before !== undefined && before.answered && !before.full;
    const complete_ms = proves ? before.started_ms : (before?.complete_ms ?? -Infinity);
    this.#nodes.set(node, { started_ms: now_ms, complete_ms, full: false, answered: false });
  }

  /** A broker answered a fetch. One that broke off proves nothing. */
  fetchAnswered(): void {
    for (const node of this.#nodes.values()) node.answered = true;
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
    if (open === undefined) return -Infinity;
    const complete_ms = this.#completeSince(open.opened_ms);
    let caught_up_ms = Infinity;
    for (const position of open.topics.values()) {
      const atEnd = position.next >= position.end && position.waiting === 0;
      if (atEnd && complete_ms > position.consumed_ms) position.consumed_ms = complete_ms;
      caught_up_ms = Math.min(caught_up_ms, position.consumed_ms);
    }
    return caught_up_ms;
  }

  #completeSince(opened_ms: number): number {
    if (this.#nodes.size === 0) return -Infinity;
    let complete_ms = Infinity;
    for (const node of this.#nodes.values()) complete_ms = Math.min(complete_ms, node.complete_ms);
    return complete_ms > opened_ms ? complete_ms : -Infinity;
  }
}
