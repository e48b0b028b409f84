import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Pause between two fetches, in milliseconds: the more records the last fetch brought, the longer. The first record after a quiet
 * time passes at once. In a stream, records travel together through fetch, commit and send, which cost the same for one record.
 */
const PACE_MS = 12;
const PACE_MS_A_RECORD = 0.5;
const PACE_AT_MOST_MS = 150;

/** Decides how soon a consumer fetches again. */
export class FetchPace {
  readonly #restMs: number;
  #records = 0;
  #paceMs = PACE_MS;
  #resting: Promise<void> | undefined;

  /** `restMs` is added to each pause. */
  constructor(restMs: number) {
    this.#restMs = restMs;
  }

  /** A fetch begins. The records of the previous one decide the pause after it. */
  begin(): void {
    const paceMs = Math.min(Math.max(PACE_MS, this.#records * PACE_MS_A_RECORD), PACE_AT_MOST_MS);
    this.#paceMs = paceMs + this.#restMs;
    this.#records = 0;
  }

  /** The current fetch brought `records` more records. */
  brought(records: number): void {
    this.#records += records;
  }

  /** Waits for the pause after the current fetch, which all its partitions share. */
  async rest(): Promise<void> {
    this.#resting ??= sleep(this.#paceMs).then(() => {
      this.#resting = undefined;
    });
    await this.#resting;
  }
}
