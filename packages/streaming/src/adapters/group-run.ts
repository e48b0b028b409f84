import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { Logger } from '../ports/logger.ts';
import { isPassing } from './kafkajs-client.ts';

/** Pause before a group is joined again that could not be joined. */
const JOIN_AGAIN_MS = 500;

/** What a consumer runs with. */
interface GroupRunParts {
  /** What becomes of each batch that is fetched. */
  take(payload: EachBatchPayload): Promise<void>;
  readonly logger: Logger;
  /** Called when the consumer ended for good. */
  readonly crashed: (error: Error) => void;
}

/** Keeps a kafkajs consumer in its group for as long as it is open, also where kafkajs gives up. */
export class GroupRun {
  readonly #consumer: Consumer;
  readonly #parts: GroupRunParts;
  #joining: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(consumer: Consumer, parts: GroupRunParts) {
    this.#consumer = consumer;
    this.#parts = parts;
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart) return;
      // kafkajs begins again by itself only after what it calls retriable; a coordinator not found is not among that.
      if (isPassing(payload.error)) this.#runAgain(payload.error);
      else parts.crashed(payload.error);
    });
  }

  /** Joins the group and reads; what goes wrong in it is told by the event of a crash. */
  async run(): Promise<void> {
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 64,
      eachBatch: (payload) => this.#parts.take(payload),
    });
  }

  /** While kafkajs restarts its consumer there is nothing to steer: what is open is steered when it has joined again. */
  steer(work: (consumer: Consumer) => void): void {
    try {
      work(this.#consumer);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('was not initialized'))) throw error;
    }
  }

  /** Joins no more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#joining);
  }

  /** Joins again after a pause, as often as it takes: what is open stays open, and is read on from where it was. */
  #runAgain(error: Error): void {
    if (this.#closed) return;
    this.#parts.logger.warn(
      { reason: error.name, cause: error.message },
      'The group can not be joined for now, trying again',
    );
    clearTimeout(this.#joining);
    this.#joining = setTimeout(() => void this.run().catch(this.#parts.crashed), JOIN_AGAIN_MS);
  }
}
