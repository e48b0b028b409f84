import type { Admin } from 'kafkajs';
import type { Logger } from '../ports.ts';
import type { ReadPositions } from './read-positions.ts';

/** A stage that has asked for no records for so long holds: how far its logs have grown is looked up this often. */
const LOOK_UP_EVERY_MS = 5_000;

/** Looks up the ends of logs while a stage holds: nothing is fetched then, and no batch tells them. For the lag alone. */
export class LogEnds {
  readonly #admin: Admin;
  readonly #topics: readonly string[];
  readonly #positions: ReadPositions;
  readonly #logger: Logger;
  #known_ms = Date.now();
  #looking: Promise<void> | null = null;
  #closed = false;

  constructor(admin: Admin, topics: readonly string[], positions: ReadPositions, logger: Logger) {
    this.#admin = admin;
    this.#topics = topics;
    this.#positions = positions;
    this.#logger = logger;
  }

  /** The stage asks for records, so what is fetched tells the ends. */
  asked(): void {
    this.#known_ms = Date.now();
  }

  /** Looks where it is time, and no look is under way. */
  look(): void {
    const is_time = Date.now() - this.#known_ms >= LOOK_UP_EVERY_MS && this.#positions.partitions().length > 0;
    if (!is_time || this.#looking !== null || this.#closed) return;
    this.#known_ms = Date.now();
    this.#looking = this.#lookUp().finally(() => {
      this.#looking = null;
    });
  }

  /** Resolves when no look is under way; no other begins. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#looking;
  }

  async #lookUp(): Promise<void> {
    try {
      for (const topic of this.#topics) {
        if (this.#closed) return;
        for (const { partition, high } of await this.#admin.fetchTopicOffsets(topic))
          this.#positions.lookedUp(topic, partition, Number(high));
      }
    } catch (error) {
      this.#logger.info({ reason: error instanceof Error ? error.name : 'unknown' }, 'ends of the logs not known');
    }
  }
}
