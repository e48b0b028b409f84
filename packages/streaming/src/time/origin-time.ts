/** Last sequence taken, by topic and origin: what a checkpoint knows. */
export type Received = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Something must have been taken up to this sequence. */
export interface Need {
  readonly topic: string;
  readonly origin: string;
  readonly sequence: number;
}

/** A time that counts for a reader once it has taken what was sent before it. */
export interface TimeOffer {
  readonly time_ms: number;
  /** Of the sender, as in the headers of its records. */
  readonly origin: string;
  /** What must have been taken, by topic and origin. */
  readonly needs: readonly Need[];
}

/**
 * The time that one reader has from one origin. Two offers at most wait: the oldest that is not fulfilled, so that a reader
 * which is always a little behind still comes forward, and the newest.
 */
export class OriginTime {
  #counted_ms = -Infinity;
  #waiting: TimeOffer[] = [];

  /** A newer offer. One of an earlier time than those before takes them back. */
  offer(offer: TimeOffer, received: Received): void {
    this.settle(received);
    this.#counted_ms = Math.min(this.#counted_ms, offer.time_ms);
    const waiting = this.#waiting.filter((one) => one.time_ms <= offer.time_ms && one.origin === offer.origin);
    const [oldest] = waiting;
    this.#waiting = oldest === undefined ? [offer] : [oldest, offer];
    this.settle(received);
  }

  /** More was taken. */
  settle(received: Received): void {
    for (let at = this.#waiting.length - 1; at >= 0; at -= 1) {
      const offer = this.#waiting[at] as TimeOffer;
      if (!isFulfilled(offer, received)) continue;
      this.#counted_ms = offer.time_ms;
      this.#waiting = this.#waiting.slice(at + 1);
      return;
    }
  }

  /** True while something must be taken that the origin had sent. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The newest time that counts; minus infinity: none does. */
  get time_ms(): number {
    return this.#counted_ms;
  }
}

function isFulfilled({ needs }: TimeOffer, received: Received): boolean {
  return needs.every(({ topic, origin, sequence }) => (received[topic]?.[origin] ?? 0) >= sequence);
}
