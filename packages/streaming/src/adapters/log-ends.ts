import type { Logger } from '../ports/logger.ts';
import type { KafkajsLookup } from './kafkajs-lookup.ts';
import type { ReadPositions } from './read-positions.ts';

/** If a stage has asked for no records for this long, it holds; the growth of its logs is then looked up this often. */
const LOOK_UP_EVERY_MS = 5_000;

/**
 * Looks up the ends of logs: if a fetch's answer is in doubt, and for the lag while a stage holds, since nothing is
 * fetched then.
 */
export class LogEnds {
  readonly #lookup: KafkajsLookup;
  readonly #topics: readonly string[];
  readonly #positions: ReadPositions;
  readonly #logger: Logger;
  #knownMs = performance.now();
  readonly #looking = new Map<string, Promise<void>>();
  #closed = false;

  constructor(lookup: KafkajsLookup, topics: readonly string[], positions: ReadPositions, logger: Logger) {
    this.#lookup = lookup;
    this.#topics = topics;
    this.#positions = positions;
    this.#logger = logger;
  }

  /** The stage asks for records, so its fetches report the ends. */
  asked(): void {
    this.#knownMs = performance.now();
  }

  /** Looks up what is due or in doubt. At most one lookup of a topic is in flight. */
  look(): void {
    const isTime = performance.now() - this.#knownMs >= LOOK_UP_EVERY_MS && this.#positions.partitions().length > 0;
    if (isTime) this.#knownMs = performance.now();
    const wanted = isTime ? this.#topics : this.#positions.doubtful();
    for (const topic of wanted) {
      if (this.#closed || this.#looking.has(topic)) continue;
      this.#looking.set(
        topic,
        this.#lookUp(topic).finally(() => this.#looking.delete(topic)),
      );
    }
  }

  /** Resolves when no lookup is in flight; no other begins. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#looking.values());
  }

  async #lookUp(topic: string): Promise<void> {
    const found = this.#positions.lookUp(topic);
    try {
      found(await this.#lookup.bounds(topic));
    } catch (error) {
      this.#logger.info({ topic, reason: error instanceof Error ? error.name : 'unknown' }, 'ends of the logs unknown');
    }
  }
}
