import type { Batch } from 'kafkajs';
import type { LogTruncated } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import type { KafkajsLookup, LogBounds } from './kafkajs-lookup.ts';
import type { ReadPositions, TopicPosition } from './read-positions.ts';
import { deletedUnread, endsTooEarly } from './truncated-log.ts';

/** What logs are looked after with. */
interface UnbrokenLogsParts {
  readonly lookup: KafkajsLookup;
  readonly positions: ReadPositions;
  readonly logger: Logger;
  /** A log does not have any more what its partition was to read next: nothing more of that is read. */
  broken(error: LogTruncated): void;
}

/** Sees that nothing is left out of what is read: kafkajs answers a position that a log doesn't have with another, in silence. */
export class UnbrokenLogs {
  readonly #parts: UnbrokenLogsParts;
  /** Positions that kafkajs left behind, while it is found out why. */
  readonly #left = new Set<TopicPosition>();

  constructor(parts: UnbrokenLogsParts) {
    this.#parts = parts;
  }

  async bounds(topic: string, partition: number): Promise<LogBounds> {
    return (await this.#parts.lookup.bounds(topic)).get(partition) ?? { low: 0, high: 0 };
  }

  /** Whether a batch goes on where the partition was to be read next; false: its log is broken there. */
  async isUnbroken(batch: Batch & { readonly fetchedOffset?: string }, next: number): Promise<boolean> {
    const { topic, partition, fetchedOffset } = batch;
    const high = Number(batch.highWatermark);
    if (high < next) return this.#broken(endsTooEarly(topic, partition, high, next));
    if (fetchedOffset === undefined || Number(fetchedOffset) <= next) return true;
    // Ends of transactions are passed over without a batch: only what the log still has can tell.
    const { low } = await this.bounds(topic, partition);
    return low <= next || this.#broken(deletedUnread(topic, partition, low, next));
  }

  /** kafkajs went on by itself: past ends of transactions, or because the log doesn't have any more what it was to read. */
  async passOver(topic: string, partition: number, position: TopicPosition, to: number): Promise<void> {
    if (this.#left.has(position)) return;
    this.#left.add(position);
    try {
      const { low } = await this.bounds(topic, partition);
      if (this.#parts.positions.of(partition)?.get(topic) !== position) return;
      if (low > position.next) this.#broken(deletedUnread(topic, partition, low, position.next));
      else position.next = Math.max(position.next, to);
    } catch (error) {
      // The next answer brings it up again.
      const reason = error instanceof Error ? error.name : 'unknown';
      this.#parts.logger.info({ topic, reason }, 'start of a log not known');
    } finally {
      this.#left.delete(position);
    }
  }

  #broken(error: LogTruncated): false {
    this.#parts.broken(error);
    return false;
  }
}
