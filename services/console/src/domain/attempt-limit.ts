/** How often something can be tried. */
export interface AttemptLimits {
  readonly attempts: number;
  /** From the first attempt. */
  readonly withinMs: number;
  /** Most keys remembered; beyond this, the one whose count began first is dropped. */
  readonly keysAtMost: number;
}

interface Count {
  readonly since_ms: number;
  taken: number;
}

/** Counts attempts by key, in memory. */
export class AttemptLimit {
  readonly #limits: AttemptLimits;
  /** In the order in which their counts began. */
  readonly #counts = new Map<string, Count>();

  constructor(limits: AttemptLimits) {
    this.#limits = limits;
  }

  /** Milliseconds until an attempt is possible; 0: now. */
  waitMs(key: string, nowMs: number): number {
    const { attempts, withinMs } = this.#limits;
    const count = this.#counts.get(key);
    if (count === undefined || count.taken < attempts) return 0;
    return Math.max(0, count.since_ms + withinMs - nowMs);
  }

  /** Takes an attempt and returns 0, or returns the milliseconds until the next one is possible. */
  take(key: string, nowMs: number): number {
    const { withinMs, keysAtMost } = this.#limits;
    const waitMs = this.waitMs(key, nowMs);
    if (waitMs > 0) return waitMs;
    const count = this.#counts.get(key);
    if (count !== undefined && nowMs - count.since_ms < withinMs) {
      count.taken++;
      return 0;
    }
    this.#counts.delete(key);
    this.#counts.set(key, { since_ms: nowMs, taken: 1 });
    const [first] = this.#counts.keys();
    if (this.#counts.size > keysAtMost && first !== undefined) this.#counts.delete(first);
    return 0;
  }

  /** Gives one attempt back: it was not a guess. */
  giveBack(key: string): void {
    const count = this.#counts.get(key);
    if (count !== undefined && count.taken > 0) count.taken--;
  }
}
