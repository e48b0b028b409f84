/** Too many wait already. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
}

/** Lets a few at a time do something; a bounded number waits, in the order in which they came. */
export class RunningLimit {
  readonly #running_at_most: number;
  readonly #waiting_at_most: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(running_at_most: number, waiting_at_most: number) {
    this.#running_at_most = running_at_most;
    this.#waiting_at_most = waiting_at_most;
  }

  /**
   * Resolves when it is one's turn, with what must be called (once) at the end. Rejects with `TooManyWaiting`, or with the
   * signal's reason when it aborts first.
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#running >= this.#running_at_most) await this.#wait(signal);
    else this.#running += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#leave();
    };
  }

  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#waiting_at_most) throw new TooManyWaiting('too many wait already');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const turn = () => resolve();
    const gone = () => {
      this.#waiting.delete(turn);
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    this.#waiting.add(turn);
    signal.addEventListener('abort', gone, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', gone);
    }
  }

  /** The place goes to who waits longest, or becomes free. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running -= 1;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
