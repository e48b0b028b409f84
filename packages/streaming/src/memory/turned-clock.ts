import type { Clock } from '../ports.ts';

/** A clock that stands until it is turned. Sleeping turns it. */
export class TurnedClock implements Clock {
  #now_ms: number;

  constructor(start_ms: number) {
    this.#now_ms = start_ms;
  }

  now_ms(): number {
    return this.#now_ms;
  }

  turn(ms: number): void {
    this.#now_ms += ms;
  }

  async sleep(ms: number): Promise<void> {
    this.turn(ms);
  }
}
