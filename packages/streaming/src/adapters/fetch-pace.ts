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
  readonly #rest_ms: number;
  #records = 0;
  #pace_ms = PACE_MS;
  #resting: Promise<void> | undefined;

  /** `rest_ms` is added to each pause. */
  constructor(rest_ms: number) {
    this.#rest_ms = rest_ms;
  }

  /** A fetch begins. The records of the previous one decide the pause after it. */
  begin(): void {
    const pace_ms = Math.min(Math.max(PACE_MS, this.#records * PACE_MS_A_RECORD), PACE_AT_MOST_MS);
    this.#pace_ms = pace_ms + this.#rest_ms;
    this.#records = 0;
  }

  /** The current fetch brought `records` more records. */
  brought(records: number): void {
    this.#records += records;
  }

  /** Waits for the pause after the current fetch, which all its partitions share. */
  async rest(): Promise<void> {
    this.#resting ??= sleep(this.#pace_ms).then(() => {
      this.#resting = undefined;
    });
    await this.#resting;
  }
}
