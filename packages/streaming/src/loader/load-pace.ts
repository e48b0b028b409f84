import { type LoaderLimits, lingerAfter, lingerOf } from './loader-limits.ts';

/** What has gathered. */
interface Waiting {
  readonly records: number;
  readonly bytes: number;
}

/** Decides when to load: once enough records have gathered, or once the oldest one has waited long enough. */
export class LoadPace {
  readonly #limits: LoaderLimits;
  /** When the oldest record gathered, by the monotonic clock; infinity if there is none. */
  #oldest_ms = Infinity;
  #linger_ms: number;

  constructor(limits: LoaderLimits) {
    this.#limits = limits;
    this.#linger_ms = limits.linger_ms;
  }

  /** Records have gathered. */
  gathered(now_ms: number): void {
    if (this.#oldest_ms === Infinity) this.#oldest_ms = now_ms;
  }

  /** `records` records are loaded now. They gathered in the time since the oldest one. */
  loading(records: number, now_ms: number): void {
    this.#linger_ms = lingerAfter(records, now_ms - this.#oldest_ms, this.#limits);
    this.#oldest_ms = now_ms;
  }

  /** All records are loaded. */
  emptied(): void {
    this.#oldest_ms = Infinity;
  }

  /** When to load although more records might come, by the monotonic clock. */
  due_ms({ records }: Waiting): number {
    return this.#oldest_ms + Math.min(this.#linger_ms, lingerOf(records, this.#limits));
  }

  isFull({ records, bytes }: Waiting): boolean {
    return records >= this.#limits.flush_records || bytes >= this.#limits.flush_bytes;
  }

  /** How many records to ask for. An earlier intent is read to its end, whatever else has gathered: it is bounded. */
  room(waiting: Waiting, isResuming: boolean): number {
    const { flush_records } = this.#limits;
    if (isResuming) return flush_records;
    return this.isFull(waiting) ? 0 : flush_records - waiting.records;
  }
}
