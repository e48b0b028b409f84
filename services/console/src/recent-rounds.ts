import type { Reading } from './domain/overview.ts';
import type { Rounds } from './domain/readings.ts';
import type { ReadInstances } from './ports.ts';

/** Callers within this time get the same readings: two pages cost the services no more than one. */
const SHARED_FOR_MS = 900;

/** How far back the rounds go, and how far apart the ones are that are only for comparison. */
const KEPT_FOR_MS = 60_000;
const APART_MS = 5_000;

/** After a pause this long, earlier readings are not compared with. */
const STALE_AFTER_MS = 5_000;

interface Round {
  readonly begun_ms: number;
  readonly readings: readonly Reading[];
}

/** Reads all instances on request, and keeps some of the readings of the last minute for comparison. */
export class RecentRounds {
  readonly #readInstances: ReadInstances;
  readonly #clock: { nowMs(): number };
  #begun_ms = 0;
  #latest: Promise<Rounds> | null = null;
  #spaced: readonly Round[] = [];
  #newest: Round | null = null;

  constructor(readInstances: ReadInstances, clock: { nowMs(): number }) {
    this.#readInstances = readInstances;
    this.#clock = clock;
  }

  /** The rounds of the last minute, newest last and the previous one among them; at first only one. */
  read(): Promise<Rounds> {
    const nowMs = this.#clock.nowMs();
    const ageMs = nowMs - this.#begun_ms;
    if (this.#latest !== null && ageMs >= 0 && ageMs < SHARED_FOR_MS) return this.#latest;
    this.#begun_ms = nowMs;
    this.#latest = this.#readAnother(nowMs);
    return this.#latest;
  }

  async #readAnother(begun_ms: number): Promise<Rounds> {
    const round = { begun_ms, readings: await this.#readInstances() };
    const before = this.#newest;
    const isFresh = before !== null && begun_ms - before.begun_ms <= STALE_AFTER_MS;
    const spaced = isFresh ? this.#spaced.filter((one) => one.begun_ms >= begun_ms - KEPT_FOR_MS) : [];
    const last = spaced.at(-1);
    this.#spaced = last === undefined || begun_ms - last.begun_ms >= APART_MS ? [...spaced, round] : spaced;
    this.#newest = round;
    const rounds = new Set([...spaced, ...(isFresh ? [before] : []), round]);
    return [...rounds].map(({ readings }) => readings);
  }
}
