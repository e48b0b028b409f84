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
  #lingerMs: number;

  constructor(limits: LoaderLimits) {
    this.#limits = limits;
    this.#lingerMs = limits.lingerMs;
  }

  /** Records have gathered. */
  gathered(nowMs: number): void {
    if (this.#oldest_ms === Infinity) this.#oldest_ms = nowMs;
  }

  /** `records` records are loaded now. They gathered in the time since the oldest one. */
  loading(records: number, nowMs: number): void {
    this.#lingerMs = lingerAfter(records, nowMs - this.#oldest_ms, this.#limits);
    this.#oldest_ms = nowMs;
  }

  /** All records are loaded. */
  emptied(): void {
    this.#oldest_ms = Infinity;
  }

  /** When to load although more records might come, by the monotonic clock. */
  due_ms({ records }: Waiting): number {
    return this.#oldest_ms + Math.min(this.#lingerMs, lingerOf(records, this.#limits));
  }

  isFull({ records, bytes }: Waiting): boolean {
    return records >= this.#limits.flushRecords || bytes >= this.#limits.flushBytes;
  }

  /** How many records to ask for. An earlier intent is read to its end, whatever else has gathered: it is bounded. */
  room(waiting: Waiting, isResuming: boolean): number {
    const { flushRecords } = this.#limits;
    if (isResuming) return flushRecords;
    return this.isFull(waiting) ? 0 : flushRecords - waiting.records;
  }
}
