import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Pause between what a fetch brought and the next fetch, in milliseconds: the longer the more the last one brought. The
 * first record after a rest is handed over at once; in a stream, more travel together through fetch, commit and send,
 * which cost the same for one.
 */
const PACE_MS = 12;
const PACE_MS_A_RECORD = 0.5;
const PACE_AT_MOST_MS = 150;

/** How soon a consumer fetches again. */
export class FetchPace {
  readonly #rest_ms: number;
  #records = 0;
  #pace_ms = PACE_MS;
  #resting: Promise<void> | undefined;

  /** `rest_ms`: how much longer each pause is. */
  constructor(rest_ms: number) {
    this.#rest_ms = rest_ms;
  }

  /** A fetch begins: what the one before brought says how long the pause after this one is. */
  begin(): void {
    const pace_ms = Math.min(Math.max(PACE_MS, this.#records * PACE_MS_A_RECORD), PACE_AT_MOST_MS);
    this.#pace_ms = pace_ms + this.#rest_ms;
    this.#records = 0;
  }

  /** The fetch under way brought so many records more. */
  brought(records: number): void {
    this.#records += records;
  }

  /** Waits out the pause after the fetch: one pause for all partitions that it brought something of. */
  async rest(): Promise<void> {
    this.#resting ??= sleep(this.#pace_ms).then(() => {
      this.#resting = undefined;
    });
    await this.#resting;
  }
}
