import type { TopicProgress } from '../ports/log.ts';

/** A broker's answer about a topic's partition. */
export interface FetchAnswer {
  readonly nodeId: number;
  /** End of the log that readers can see: its high watermark, as the offset of the next record. */
  readonly highWatermark: number;
  /** When the fetch began, by this process' clock. */
  readonly startedMs: number;
}

/** One topic of an open partition. */
export interface TopicPosition {
  /** Offset of the next record to fetch. */
  next: number;
  /** Highest reported end of the log: from an answer, or a lookup. */
  end: number;
  /** Records fetched and not passed on yet. */
  waiting: number;
  /** Offset after the last record passed on. */
  handedOver: number;
  /** Broker time up to which everything was passed on. */
  consumedMs: number;
  /** The last answer to a fetch of it; null: none yet. */
  answer: FetchAnswer | null;
  /** Grows whenever a different broker answers: until the log is looked up, its ends are not trusted. */
  doubts: number;
  /** Doubts that a lookup has resolved. */
  settledDoubts: number;
}

/** After this long, the same broker counts as a different one: it may have lost the partition and got it back. */
const QUIET_MS = 2_000;

/**
 * Which partitions are open, how far each was read, and up to what time everything in it was passed on.
 * While there is more to read, that time is the broker's time of the last record. At the end of the log, it is the
 * start of the fetch whose answer about this partition named an end that is reached. Answers of other partitions or
 * brokers do not count.
 * A broker that has just become the leader may not know yet how far the log is readable, and may name an end before
 * records that were already readable. So the first answer of a broker counts only after the log was looked up, which
 * Kafka refuses until then; and an end before an earlier one never counts.
 */
export class ReadPositions {
  readonly #open = new Map<number, Map<string, TopicPosition>>();

  /** For each topic: where to read from, and the end of its log. */
  open(partition: number, offsets: ReadonlyMap<string, { readonly next: number; readonly end: number }>): void {
    const topics = [...offsets].map(([topic, { next, end }]): [string, TopicPosition] => [
      topic,
      {
        next,
        end,
        waiting: 0,
        handedOver: next,
        consumedMs: -Infinity,
        answer: null,
        doubts: 0,
        settledDoubts: 0,
      },
    ]);
    this.#open.set(partition, new Map(topics));
  }

  shut(partition: number): void {
    this.#open.delete(partition);
  }

  partitions(): number[] {
    return [...this.#open.keys()];
  }

  of(partition: number): ReadonlyMap<string, TopicPosition> | undefined {
    return this.#open.get(partition);
  }

  /** Records of an open partition not passed on, as far as known, by topic. */
  lagOf(partition: number): readonly (readonly [topic: string, records: number])[] {
    return [...(this.of(partition) ?? [])].map(([topic, { next, end, waiting }]) => [
      topic,
      Math.max(0, end - next) + waiting,
    ]);
  }

  /** A record is passed on. Others of the same millisecond may follow. */
  handedOver(record: { topic: string; partition: number; offset: number; timestamp_ms: number }): void {
    const position = this.of(record.partition)?.get(record.topic);
    if (position === undefined) return;
    position.waiting -= 1;
    position.handedOver = record.offset + 1;
    position.consumedMs = Math.max(position.consumedMs, record.timestamp_ms - 1);
  }

  /** A broker answered a fetch of this topic's partition; an unanswered fetch means nothing. */
  answered(position: TopicPosition, answer: FetchAnswer): void {
    moveTime(position);
    const before = position.answer;
    const isKnown =
      before !== null &&
      before.nodeId === answer.nodeId &&
      answer.startedMs - before.startedMs <= QUIET_MS &&
      answer.startedMs >= before.startedMs;
    if (!isKnown) position.doubts += 1;
    position.end = Math.max(position.end, answer.highWatermark);
    position.answer = answer;
  }

  /** Topics with a partition in doubt, to be looked up. */
  doubtful(): string[] {
    const topics = new Set<string>();
    for (const open of this.#open.values())
      for (const [topic, { doubts, settledDoubts }] of open) if (doubts > settledDoubts) topics.add(topic);
    return [...topics];
  }

  /** Begins a lookup of a topic's log: returns the function that takes the ends that it finds, by partition. */
  lookUp(topic: string): (ends: ReadonlyMap<number, { readonly high: number }>) => void {
    const looked = new Map<TopicPosition, { readonly partition: number; readonly doubts: number }>();
    for (const [partition, topics] of this.#open) {
      const position = topics.get(topic);
      if (position !== undefined) looked.set(position, { partition, doubts: position.doubts });
    }
    return (ends) => {
      for (const [position, { partition, doubts }] of looked) {
        const end = ends.get(partition)?.high;
        if (end === undefined) continue;
        position.end = Math.max(position.end, end);
        position.settledDoubts = Math.max(position.settledDoubts, doubts);
      }
    };
  }

  /**
   * The time up to which everything that came into a partition was passed on, for these topics; -Infinity: not known.
   */
  caughtUpTo(partition: number, topics: readonly string[]): number {
    const open = this.#open.get(partition);
    if (open === undefined) return -Infinity;
    let caughtUpMs = Infinity;
    for (const topic of topics) {
      const position = open.get(topic);
      if (position === undefined) return -Infinity;
      moveTime(position);
      caughtUpMs = Math.min(caughtUpMs, position.consumedMs);
    }
    return caughtUpMs;
  }

  /** How far a topic's partition was read and reaches; null while it is not open. */
  progress(topic: string, partition: number): TopicProgress | null {
    const position = this.of(partition)?.get(topic);
    if (position === undefined) return null;
    return {
      position: position.waiting === 0 ? position.next : position.handedOver,
      reported: isReliable(position) ? position.answer : null,
    };
  }
}

function isReliable({ answer, end, doubts, settledDoubts }: TopicPosition): boolean {
  return answer !== null && doubts === settledDoubts && answer.highWatermark >= end;
}

function moveTime(position: TopicPosition): void {
  const { answer, next, end, waiting, consumedMs } = position;
  if (answer === null || waiting > 0 || next < end || !isReliable(position)) return;
  position.consumedMs = Math.max(consumedMs, answer.startedMs);
}
