import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { Logger } from '../ports/logger.ts';
import { isPassing } from './kafkajs-client.ts';

/** Pause before another attempt to join the group, in milliseconds. */
const JOIN_AGAIN_MS = 500;

/** What `GroupRun` works with. */
interface GroupRunDependencies {
  /** Takes each fetched batch. */
  take(payload: EachBatchPayload): Promise<void>;
  readonly logger: Logger;
  /** Called when the consumer has ended for good. */
  readonly crashed: (error: Error) => void;
}

/** Keeps a kafkajs consumer in its group until it is closed, also when kafkajs gives up. */
export class GroupRun {
  readonly #consumer: Consumer;
  readonly #dependencies: GroupRunDependencies;
  #joining: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(consumer: Consumer, dependencies: GroupRunDependencies) {
    this.#consumer = consumer;
    this.#dependencies = dependencies;
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart) return;
      // kafkajs restarts by itself only after errors that it calls retriable. A missing coordinator is not one of them.
      if (isPassing(payload.error)) this.#runAgain(payload.error);
      else dependencies.crashed(payload.error);
    });
  }

  /** Joins the group and reads. Failures arrive as crash events. */
  async run(): Promise<void> {
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 64,
      eachBatch: (payload) => this.#dependencies.take(payload),
    });
  }

  /** Seeks, pauses or resumes. While kafkajs restarts its consumer, that is skipped: joining sets the positions again. */
  steer(work: (consumer: Consumer) => void): void {
    try {
      work(this.#consumer);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('was not initialized'))) throw error;
    }
  }

  /** Makes no further attempt to join. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#joining);
  }

  /** Joins again after a pause, as often as it takes. Open partitions stay open and continue where they were. */
  #runAgain(error: Error): void {
    if (this.#closed) return;
    this.#dependencies.logger.warn({ reason: error.name, cause: error.message }, 'cannot join the group, trying again');
    clearTimeout(this.#joining);
    this.#joining = setTimeout(() => void this.run().catch(this.#dependencies.crashed), JOIN_AGAIN_MS);
  }
}
