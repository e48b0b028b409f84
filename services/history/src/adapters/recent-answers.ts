interface Answer {
  readonly answer: Promise<unknown>;
  /** Until when it is valid; null while it is being read. */
  until_ms: number | null;
  /** How long the last reads under its key took, including this one once it has ended. */
  tookMs: readonly number[];
}

/** An answer is valid for this many times its cost: reading never takes more than a twentieth of the time. */
const TIMES_AS_LONG = 20;

/** The cost is the shortest of this many reads: a single one may have waited for a processor, or for cold files. */
const READS_KEPT = 5;

/** But no longer than this. */
const HOLDS_AT_MOST_MS = 30_000;

/**
 * Caches answers that are the same for everybody: each is read at intervals, however many ask; slow ones less often.
 * Does not cache a failure.
 */
export class RecentAnswers {
  readonly #forMs: number;
  readonly #atMost: number;
  readonly #nowMs: () => number;
  readonly #answers = new Map<string, Answer>();

  constructor(forMs: number, atMost: number, nowMs: () => number = () => performance.now()) {
    this.#forMs = forMs;
    this.#atMost = atMost;
    this.#nowMs = nowMs;
  }

  /** The answer under `key`, read again if it is too old. One key always has answers of one type. */
  get<T>(key: string, read: () => Promise<T>): Promise<T> {
    const asked_ms = this.#nowMs();
    const known = this.#answers.get(key);
    if (known !== undefined && (known.until_ms === null || asked_ms < known.until_ms))
      return known.answer as Promise<T>;
    const answer = read();
    const entry: Answer = { answer, until_ms: null, tookMs: known?.tookMs ?? [] };
    this.#answers.delete(key);
    this.#answers.set(key, entry);
    answer.then(
      () => {
        const nowMs = this.#nowMs();
        entry.tookMs = [...entry.tookMs, nowMs - asked_ms].slice(-READS_KEPT);
        const worthMs = Math.min(HOLDS_AT_MOST_MS, TIMES_AS_LONG * Math.min(...entry.tookMs));
        entry.until_ms = nowMs + Math.max(this.#forMs, worthMs);
      },
      () => {
        if (this.#answers.get(key) === entry) this.#answers.delete(key);
      },
    );
    for (const [oldest] of this.#answers) {
      if (this.#answers.size <= this.#atMost) break;
      this.#answers.delete(oldest);
    }
    return answer;
  }
}
