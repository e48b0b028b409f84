import { type LoaderLimits, lingerAfter, lingerOf } from './loader-limits.ts';

/** What waits to be loaded. */
interface Waiting {
  readonly records: number;
  readonly bytes: number;
}

/** When what has gathered is loaded: once it is enough, or once the oldest of it has waited long enough. */
export class LoadPace {
  readonly #limits: LoaderLimits;
  /** Since when the oldest waits, by the monotonic clock; infinity: nothing does. */
  #oldest_ms = Infinity;
  #linger_ms: number;

  constructor(limits: LoaderLimits) {
    this.#limits = limits;
    this.#linger_ms = limits.linger_ms;
  }

  /** Something waits now, if nothing did before. */
  gathered(now_ms: number): void {
    if (this.#oldest_ms === Infinity) this.#oldest_ms = now_ms;
  }

  /** So many records are loaded now: that many came in the time since the oldest. */
  loading(records: number, now_ms: number): void {
    this.#linger_ms = lingerAfter(records, now_ms - this.#oldest_ms, this.#limits);
    this.#oldest_ms = now_ms;
  }

  /** Nothing waits any more. */
  emptied(): void {
    this.#oldest_ms = Infinity;
  }

  /** When what waits is loaded though more might come, by the monotonic clock. */
  due_ms({ records }: Waiting): number {
    return this.#oldest_ms + Math.min(this.#linger_ms, lingerOf(records, this.#limits));
  }

  isFull({ records, bytes }: Waiting): boolean {
    return records >= this.#limits.flush_records || bytes >= this.#limits.flush_bytes;
  }

  /** Records to ask for. An intent of an earlier load is read to its end whatever else has gathered: it was bounded. */
  room(waiting: Waiting, isResuming: boolean): number {
    const { flush_records } = this.#limits;
    if (isResuming) return flush_records;
    return this.isFull(waiting) ? 0 : flush_records - waiting.records;
  }
}
