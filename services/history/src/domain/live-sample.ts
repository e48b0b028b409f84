import { type LiveEvent, type LiveFilter, type Passing, fits } from './live-event.ts';

/** Events per second that a person can follow; also how many may come at once after a pause. */
export const SHOWN_PER_S = 30;

/** An update for a viewer. */
export interface LiveUpdate {
  readonly items: readonly LiveEvent[];
  /** Events that passed since the last update. */
  readonly passed: number;
  /** Of these: matching ones that are not among the items, because there were too many. */
  readonly left_out: number;
  /** Of these: not decoded, because they came too fast. */
  readonly unread: number;
}

/** Slows a stream down so that people can read it, and counts what it leaves out. */
export class LiveSample {
  readonly #filter: LiveFilter;
  #items: LiveEvent[] = [];
  #passed = 0;
  #left_out = 0;
  #unread = 0;
  #allowance = SHOWN_PER_S;
  #countedAtMs: number;

  constructor(filter: LiveFilter, nowMs: number) {
    this.#filter = filter;
    this.#countedAtMs = nowMs;
  }

  /** Takes events that passed; `unread` is how many more there were. */
  take(events: readonly Passing[], unread: number, nowMs: number): void {
    const elapsed_ms = Math.max(0, nowMs - this.#countedAtMs);
    this.#countedAtMs = nowMs;
    this.#allowance = Math.min(SHOWN_PER_S, this.#allowance + (elapsed_ms * SHOWN_PER_S) / 1000);
    this.#passed += events.length + unread;
    this.#unread += unread;
    for (const event of events) {
      if (!fits(event, this.#filter)) continue;
      if (this.#allowance < 1) this.#left_out += 1;
      else {
        this.#allowance -= 1;
        this.#items.push(event.shown);
      }
    }
  }

  /** The update since the last one; null: nothing. */
  flush(): LiveUpdate | null {
    if (this.#passed === 0) return null;
    const update = { items: this.#items, passed: this.#passed, left_out: this.#left_out, unread: this.#unread };
    this.#items = [];
    this.#passed = 0;
    this.#left_out = 0;
    this.#unread = 0;
    return update;
  }
}
