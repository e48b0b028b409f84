import type { RetryAsked } from '@hilo/schemas';
import { type Connections, KafkajsTopicWriter, partitionOf, type TopicWriterOptions } from '@hilo/streaming';
import { type RetryLog, RetryLogUnavailableError } from '../ports.ts';

/** A caller does not wait longer than this for Kafka. */
const DEADLINE_MS = 8_000;

/** What the log needs. */
export interface RetryLogOptions
  extends Omit<TopicWriterOptions, 'topic' | 'client_id'>,
    Pick<Connections, 'partitions'> {
  /** How long Kafka may take, in milliseconds. */
  readonly deadlineMs?: number;
}

/** Writes retries to Kafka, each to the partition of its profile. */
export class KafkajsRetryLog implements RetryLog {
  readonly #options: RetryLogOptions;
  readonly #writer: KafkajsTopicWriter;

  constructor(options: RetryLogOptions) {
    this.#options = options;
    this.#writer = new KafkajsTopicWriter({
      ...options,
      ...{ topic: 'activation.retries', client_id: 'hilo-activation-retries' },
    });
  }

  async append(retries: readonly RetryAsked[]): Promise<void> {
    const { deadlineMs = DEADLINE_MS, partitions, logger } = this.#options;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new RetryLogUnavailableError('Kafka did not answer in time')), deadlineMs);
    const records = retries.map((value) => ({
      ...{ key: value.profile_id, value },
      partition: partitionOf(value.profile_id, partitions),
    }));
    try {
      await Promise.race([this.#writer.write(records), late]);
    } catch (error) {
      if (error instanceof RetryLogUnavailableError) throw error;
      logger.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'Kafka took no retries');
      throw new RetryLogUnavailableError('Kafka is unavailable', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    await this.#writer.stop();
  }
}
