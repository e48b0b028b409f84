import { isWaiting, type KeyRow } from './key-row.ts';

/** What a stage reports about keys that wait for an announced handover. */
export interface Waiting {
  readonly keys: number;
  /** How long the oldest of them has waited. */
  readonly oldest_ms: number;
}

/** No key waits. */
export const NOBODY_WAITS: Waiting = { keys: 0, oldest_ms: 0 };

/** The part of a key's row that says whether the key is settled. */
type Unsettled = Pick<KeyRow<unknown>, 'partition' | 'key' | 'awaiting' | 'waits_since_ms' | 'held'>;

interface Keys {
  /** When each began to wait, milliseconds since the epoch. */
  readonly waiting: Map<string, number>;
  readonly held: Set<string>;
}

/**
 * Keys that publish nothing: because an announced handover has not arrived, which is an alert once it is overdue
 * (design §5), or because one of their inputs triggered a bug.
 */
export class UnsettledKeys {
  readonly #partitions = new Map<number, Keys>();

  /** A key's row is durable in this form. */
  note(row: Unsettled, nowMs: number): void {
    const waits = isWaiting(row.awaiting);
    const keys = this.#partitions.get(row.partition);
    if (keys === undefined && !waits && row.held === null) return;
    const { waiting, held } = keys ?? this.#begin(row.partition);
    if (!waits) waiting.delete(row.key);
    else if (!waiting.has(row.key)) waiting.set(row.key, row.waits_since_ms ?? nowMs);
    if (row.held === null) held.delete(row.key);
    else held.add(row.key);
  }

  forget(partition: number): void {
    this.#partitions.delete(partition);
  }

  waiting(nowMs: number): Waiting {
    let keys = 0;
    let oldest_ms = 0;
    for (const { waiting } of this.#partitions.values()) {
      keys += waiting.size;
      for (const since_ms of waiting.values()) oldest_ms = Math.max(oldest_ms, nowMs - since_ms);
    }
    return { keys, oldest_ms };
  }

  /** How many keys are held because of a bug. */
  held(): number {
    let count = 0;
    for (const { held } of this.#partitions.values()) count += held.size;
    return count;
  }

  #begin(partition: number): Keys {
    const keys: Keys = { waiting: new Map(), held: new Set() };
    this.#partitions.set(partition, keys);
    return keys;
  }
}
