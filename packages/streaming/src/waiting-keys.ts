import { isWaiting, type KeyRow } from './key-row.ts';

/** What a stage tells of keys that were told of a hand-over which is not in. */
export interface Waiting {
  readonly keys: number;
  /** For how long the oldest of them has waited, as far as this instance saw. */
  readonly oldest_ms: number;
}

/** Nobody waits. */
export const NOBODY_WAITS: Waiting = { keys: 0, oldest_ms: 0 };

/** Keys that publish nothing because a hand-over they were told of is not in: overdue, it is an alert (design §5). */
export class WaitingKeys {
  readonly #since_ms = new Map<number, Map<string, number>>();

  /** A key's row is durable like this. */
  note<S>(row: KeyRow<S>, now_ms: number): void {
    const keys = this.#since_ms.get(row.partition);
    if (!isWaiting(row.awaiting)) keys?.delete(row.key);
    else if (keys === undefined) this.#since_ms.set(row.partition, new Map([[row.key, now_ms]]));
    else if (!keys.has(row.key)) keys.set(row.key, now_ms);
  }

  forget(partition: number): void {
    this.#since_ms.delete(partition);
  }

  waiting(now_ms: number): Waiting {
    let keys = 0;
    let oldest_ms = 0;
    for (const since of this.#since_ms.values()) {
      keys += since.size;
      for (const at of since.values()) oldest_ms = Math.max(oldest_ms, now_ms - at);
    }
    return { keys, oldest_ms };
  }
}
