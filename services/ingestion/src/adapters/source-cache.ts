import type { Logger } from '@hilo/service';
import type { Source } from '../domain/source.ts';
import { SourcesUnavailableError, type SourceStore } from '../ports.ts';

const REFRESH_MS = 1000;
/** Unknown write keys to look up between two refreshes: they come from outside. */
const ASKS_LIMIT = 200;

/**
 * Caches the sources in memory and reads them again every second, so another instance's change counts here a second
 * later. Looks a missing source up at once, so that a new one works on every instance as soon as it is stored.
 */
export class SourceCache {
  readonly #store: SourceStore;
  readonly #logger: Logger;
  #byKey: ReadonlyMap<string, Source> = new Map();
  #byWriteKey = new Map<string, Source>();
  /** Write keys found unknown since the last refresh. */
  readonly #unknown = new Set<string>();
  #asks = 0;
  #timer: NodeJS.Timeout | undefined;
  #refreshing: Promise<void> | null = null;
  #ready = false;

  constructor(store: SourceStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  async start(): Promise<void> {
    await this.#refresh();
    this.#timer = setInterval(() => {
      this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null));
    }, REFRESH_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#refreshing;
  }

  ready(): boolean {
    return this.#ready;
  }

  /** The sources by key, as of the last refresh. */
  known(): ReadonlyMap<string, Source> {
    return this.#byKey;
  }

  /** Reads sources by key from the store. */
  find(keys: readonly string[]): Promise<readonly Source[]> {
    return this.#store.find(keys);
  }

  /** The source with a write key; a promise only if memory lacks it. Rejects with `SourcesUnavailableError`. */
  byWriteKey(write_key: string): Source | undefined | Promise<Source | undefined> {
    const known = this.#byWriteKey.get(write_key);
    return known !== undefined || this.#unknown.has(write_key) ? known : this.#ask(write_key);
  }

  /** Applies a change without waiting for the next refresh. */
  put(source: Source): void {
    this.#take([...[...this.#byKey.values()].filter(({ key }) => key !== source.key), source]);
  }

  async #ask(write_key: string): Promise<Source | undefined> {
    if (this.#asks++ >= ASKS_LIMIT) throw new SourcesUnavailableError('too many unknown write keys');
    const found = await this.#store.findByWriteKey(write_key).catch((error: unknown) => {
      throw new SourcesUnavailableError('the sources could not be read', { cause: error });
    });
    if (found !== undefined) this.put(found);
    else this.#unknown.add(write_key);
    return found;
  }

  async #refresh(): Promise<void> {
    try {
      this.#take(await this.#store.all());
      this.#ready = true;
    } catch (error) {
      // The copy is good enough until the database is back.
      this.#logger.warn({ err: error }, 'The sources could not be read again');
    }
  }

  #take(sources: readonly Source[]): void {
    this.#byKey = new Map(sources.map((source) => [source.key, source]));
    this.#byWriteKey = new Map(sources.map((source) => [source.write_key, source]));
    this.#unknown.clear();
    this.#asks = 0;
  }
}
