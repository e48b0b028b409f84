/** Time between the starts of two readings. */
const EVERY_MS = 30_000;

/**
 * A slow reading of something that changes slowly, for metrics: a scrape gets the latest value and never waits. It is
 * read only when asked, at most once in 30 s, and never twice at a time.
 */
export class LatestReading<T> {
  readonly #read: () => Promise<T>;
  readonly #nowMs: () => number;
  #latest: T | null = null;
  #begun_ms = Number.NEGATIVE_INFINITY;
  #isReading = false;

  constructor(read: () => Promise<T>, nowMs: () => number = () => performance.now()) {
    this.#read = read;
    this.#nowMs = nowMs;
  }

  /** The latest value; null before the first one, and after one that failed. */
  get(): T | null {
    const nowMs = this.#nowMs();
    if (!this.#isReading && nowMs - this.#begun_ms >= EVERY_MS) {
      this.#begun_ms = nowMs;
      this.#isReading = true;
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
      this.#isReading = false;
    }
  }
}
