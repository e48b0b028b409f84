import type { Clock } from '../ports/clock.ts';

/** A clock that stands until it is turned. Sleeping turns it. */
export class TurnedClock implements Clock {
  #nowMs: number;
  #passedMs = 0;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#passedMs;
  }

  turn(ms: number): void {
    this.#nowMs += ms;
    this.#passedMs += ms;
  }

  /** The wall clock is set back, while time goes on. */
  stepBack(ms: number): void {
    this.#nowMs -= ms;
  }

  async sleep(ms: number): Promise<void> {
    this.turn(ms);
  }
}
