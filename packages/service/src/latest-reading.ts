/** Time between the starts of two readings. */
const EVERY_MS = 30_000;

/**
 * A slow reading of something that changes slowly, for metrics: a scrape gets the latest value and never waits. It is
 * read only when asked, at most once in 30 s, and never twice at a time.
 */
export class LatestReading<T> {
  readonly #read: () => Promise<T>;
  readonly #now_ms: () => number;
  #latest: T | null = null;
  #begun_ms = Number.NEGATIVE_INFINITY;
  #is_reading = false;

  constructor(read: () => Promise<T>, now_ms: () => number = () => performance.now()) {
    this.#read = read;
    this.#now_ms = now_ms;
  }

  /** The latest value; null before the first one, and after one that failed. */
  get(): T | null {
    const now_ms = this.#now_ms();
    if (!this.#is_reading && now_ms - this.#begun_ms >= EVERY_MS) {
      this.#begun_ms = now_ms;
      this.#is_reading = true;
      void this.#readAnother();
    }
    return this.#latest;
  }

  async #readAnother(): Promise<void> {
    try {
      this.#latest = await this.#read();
    } catch {
      this.#latest = null;
    } finally {
      this.#is_reading = false;
    }
  }
}
