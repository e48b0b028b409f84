import type { Clock } from '../ports/clock.ts';

/** A clock that stands until it is turned. Sleeping turns it. */
export class TurnedClock implements Clock {
  #now_ms: number;
  #passed_ms = 0;

  constructor(start_ms: number) {
    this.#now_ms = start_ms;
  }

  now_ms(): number {
    return this.#now_ms;
  }

  monotonic_ms(): number {
    return this.#passed_ms;
  }

  turn(ms: number): void {
    this.#now_ms += ms;
    this.#passed_ms += ms;
  }

  /** The wall clock is set back, while time goes on. */
  stepBack(ms: number): void {
    this.#now_ms -= ms;
  }

  async sleep(ms: number): Promise<void> {
    this.turn(ms);
  }
}
