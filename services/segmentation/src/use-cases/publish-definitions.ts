import { setTimeout as sleep } from 'node:timers/promises';
import type { Runnable } from '@hilo/service';
import type { Logger } from '@hilo/streaming';
import type { DefinitionWriter, PublishSoon, SegmentStore } from '../ports.ts';

const LOOK_EVERY_MS = 1_000;
/** How long an API call waits for its record to be written before it answers that it is not. */
const WAIT_AT_MOST_MS = 5_000;
const BUSY_FOR_MS = 20;

/**
 * Writes saved definitions to Kafka, in the order in which they were saved. Runs in every instance: a lock lets one
 * publish at a time. If a record is written twice (the process ended in between), readers recognise it.
 */
export class DefinitionPublisher implements Runnable, PublishSoon {
  readonly #store: SegmentStore;
  readonly #writer: DefinitionWriter;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<unknown> = Promise.resolve();
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
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), WAIT_AT_MOST_MS);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    giveUp.signal.addEventListener('abort', () => resolve());
    await Promise.race([this.#untilFree(giveUp.signal), late]);
    clearTimeout(timer);
  }

  /** While another instance publishes, it may have looked before this record was there, so look again. */
  async #untilFree(giveUp: AbortSignal): Promise<void> {
    while ((await this.#nextRound()) === 'busy' && !giveUp.aborted) await sleep(BUSY_FOR_MS);
  }

  /** One round after the current one; rounds never fail. */
  #nextRound(): Promise<'done' | 'busy'> {
    const next = this.#round.then(() => this.#publishAll());
    this.#round = next;
    return next;
  }

  async #publishAll(): Promise<'done' | 'busy'> {
    try {
      while (!this.#stopped) {
        const published = await this.#store.publishNext((record) => this.#writer.write(record));
        if (published === null) return 'busy';
        if (published === 0) return 'done';
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'Definitions could not be published; trying again');
    }
    return 'done';
  }
}
