import type { Runnable } from '@hilo/service';
import type { Logger } from '@hilo/streaming';
import type { DefinitionWriter, PublishSoon, SegmentStore } from './ports.ts';

const LOOK_EVERY_MS = 1_000;
/** How long an API call waits for its record to be written before it answers that it isn't yet. */
const WAIT_AT_MOST_MS = 2_000;

/**
 * Writes saved definitions to Kafka, in the order in which they were saved. Runs in every instance: a lock lets one publish
 * at a time, and a record written twice (the process ended between writing and noting it) is one that readers know.
 */
export class DefinitionPublisher implements Runnable, PublishSoon {
  readonly #store: SegmentStore;
  readonly #writer: DefinitionWriter;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: { readonly store: SegmentStore; readonly writer: DefinitionWriter; readonly logger: Logger }) {
    this.#store = options.store;
    this.#writer = options.writer;
    this.#logger = options.logger;
  }

  async start(): Promise<void> {
    await this.#writer.start();
    this.#timer = setInterval(() => void this.#nextRound(), LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
    await this.#writer.stop();
  }

  ready(): boolean {
    return !this.#stopped;
  }

  async publishSoon(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, WAIT_AT_MOST_MS);
    await Promise.race([this.#nextRound(), late]);
    clearTimeout(timer);
  }

  /** One round after the one under way; rounds never fail. */
  #nextRound(): Promise<void> {
    this.#round = this.#round.then(() => this.#publishAll());
    return this.#round;
  }

  async #publishAll(): Promise<void> {
    try {
      while (!this.#stopped) {
        if ((await this.#store.publishNext((record) => this.#writer.write(record))) === 0) return;
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'Definitions could not be published; trying again');
    }
  }
}
