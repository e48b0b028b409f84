import type { Batch } from 'kafkajs';
import type { LogTruncatedError } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import type { KafkajsLookup, LogBounds } from './kafkajs-lookup.ts';
import type { ReadPositions, TopicPosition } from './read-positions.ts';
import { deletedUnread, endsTooEarly } from './truncated-log.ts';

/** What `UnbrokenLogs` works with. */
interface UnbrokenLogsDependencies {
  readonly lookup: KafkajsLookup;
  readonly positions: ReadPositions;
  readonly logger: Logger;
  /** Called when a log no longer has the next record of its partition. */
  broken(error: LogTruncatedError): void;
}

/** Notices records that a log no longer has. kafkajs silently continues at another position. */
export class UnbrokenLogs {
  readonly #dependencies: UnbrokenLogsDependencies;
  /** Positions that kafkajs has skipped, while it is being found out why. */
  readonly #left = new Set<TopicPosition>();

  constructor(dependencies: UnbrokenLogsDependencies) {
    this.#dependencies = dependencies;
  }

  async bounds(topic: string, partition: number): Promise<LogBounds> {
    return (await this.#dependencies.lookup.bounds(topic)).get(partition) ?? { low: 0, high: 0 };
  }

  /** Whether a batch continues at the next position of its partition. Returns false if the log is broken there. */
  async isUnbroken(batch: Batch & { readonly fetchedOffset?: string }, next: number): Promise<boolean> {
    const { topic, partition, fetchedOffset } = batch;
    const high = Number(batch.highWatermark);
    if (high < next) return this.#broken(endsTooEarly(topic, partition, high, next));
    if (fetchedOffset === undefined || Number(fetchedOffset) <= next) return true;
    // kafkajs passes over ends of transactions without a batch. Only the start of the log can tell the two cases apart.
    const { low } = await this.bounds(topic, partition);
    return low <= next || this.#broken(deletedUnread(topic, partition, low, next));
  }

  /** kafkajs moved a position by itself: past ends of transactions, or because the log no longer has the next record. */
  async passOver(topic: string, partition: number, position: TopicPosition, to: number): Promise<void> {
    if (this.#left.has(position)) return;
    this.#left.add(position);
    try {
      const { low } = await this.bounds(topic, partition);
      if (this.#dependencies.positions.of(partition)?.get(topic) !== position) return;
      if (low > position.next) this.#broken(deletedUnread(topic, partition, low, position.next));
      else position.next = Math.max(position.next, to);
    } catch (error) {
      // The next answer triggers another check.
      const reason = error instanceof Error ? error.name : 'unknown';
      this.#dependencies.logger.info({ topic, reason }, 'the start of a log is not known');
    } finally {
      this.#left.delete(position);
    }
  }

  #broken(error: LogTruncatedError): false {
    this.#dependencies.broken(error);
    return false;
  }
}
