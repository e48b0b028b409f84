/** Last sequence read, by topic and origin: from a checkpoint. */
export type Received = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Everything up to this sequence must have been read. */
export interface Need {
  readonly topic: string;
  readonly origin: string;
  readonly sequence: number;
}

/** A time that counts for a reader once it has read what was sent before it. */
export interface TimeOffer {
  readonly timeMs: number;
  /** The sender's, as in the headers of its records. */
  readonly origin: string;
  /** What must have been read, by topic and origin. */
  readonly needs: readonly Need[];
}

/**
 * One reader's time from one origin. At most two offers wait: the oldest unfulfilled one, so that a reader which is
 * always slightly behind still advances, and the newest.
 */
export class OriginTime {
  #countedMs = -Infinity;
  #waiting: TimeOffer[] = [];

  /** A newer offer. One with an earlier time than previous ones revokes them. */
  offer(offer: TimeOffer, received: Received): void {
    this.settle(received);
    this.#countedMs = Math.min(this.#countedMs, offer.timeMs);
    const waiting = this.#waiting.filter((one) => one.timeMs <= offer.timeMs && one.origin === offer.origin);
    const [oldest] = waiting;
    this.#waiting = oldest === undefined ? [offer] : [oldest, offer];
    this.settle(received);
  }

  /** More was read. */
  settle(received: Received): void {
    for (let at = this.#waiting.length - 1; at >= 0; at -= 1) {
      const offer = this.#waiting[at] as TimeOffer;
      if (!isFulfilled(offer, received)) continue;
      this.#countedMs = offer.timeMs;
      this.#waiting = this.#waiting.slice(at + 1);
      return;
    }
  }

  /** True while something that the origin sent must still be read. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The newest time that counts; minus infinity: none. */
  get timeMs(): number {
    return this.#countedMs;
  }
}

function isFulfilled({ needs }: TimeOffer, received: Received): boolean {
  return needs.every(({ topic, origin, sequence }) => (received[topic]?.[origin] ?? 0) >= sequence);
}
