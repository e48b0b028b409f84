import type { Handover } from '@hilo/schemas';
import type { StateCodec } from './logic.ts';
import type { StateRow } from './ports.ts';

/** A key's row, decoded. Rows are values: a change makes a new one. */
export interface KeyRow<S> {
  readonly partition: number;
  readonly key: string;
  readonly state: S;
  /** False while the key has no row in the store. */
  readonly stored: boolean;
  readonly due_ms: number | null;
  /** Where the key went, once it was absorbed. */
  readonly redirect: Redirect | null;
  /** Hand-overs named minus hand-overs in, by merge; entries are never zero. */
  readonly awaiting: Readonly<Record<string, number>>;
  /** Size of the encoded state, for the cache's bound. */
  readonly bytes: number;
}

/** Where an absorbed key went. */
export interface Redirect {
  readonly to: string;
  readonly merge_id: string;
}

interface Protocol {
  readonly redirect?: Redirect;
  readonly awaiting?: Readonly<Record<string, number>>;
}

/** The row of a key never seen. */
export function newRow<S>(partition: number, key: string, state: S): KeyRow<S> {
  return { partition, key, state, stored: false, due_ms: null, redirect: null, awaiting: {}, bytes: 0 };
}

/** Decodes a row of the store. */
export function decodeRow<S>(row: StateRow, codec: StateCodec<S>, initial: (key: string) => S): KeyRow<S> {
  const protocol = row.protocol === null ? {} : (JSON.parse(row.protocol) as Protocol);
  return {
    partition: row.partition,
    key: row.key,
    state: row.body === null ? initial(row.key) : codec.decode(row.body),
    stored: true,
    due_ms: row.due_ms,
    redirect: protocol.redirect ?? null,
    awaiting: protocol.awaiting ?? {},
    bytes: row.body?.length ?? 0,
  };
}

/** Encodes a row for the store. An absorbed key keeps no state. */
export function encodeRow<S>(row: KeyRow<S>, codec: StateCodec<S>): StateRow {
  const waits = Object.keys(row.awaiting).length > 0;
  const protocol: Protocol = {
    ...(row.redirect === null ? {} : { redirect: row.redirect }),
    ...(waits ? { awaiting: row.awaiting } : {}),
  };
  return {
    partition: row.partition,
    key: row.key,
    body: row.redirect === null ? codec.encode(row.state) : null,
    due_ms: row.due_ms,
    protocol: row.redirect === null && !waits ? null : JSON.stringify(protocol),
  };
}

/** Adds to what a key waits for. Addition makes it independent of the order in which names and hand-overs come. */
export function awaitMore(
  awaiting: Readonly<Record<string, number>>,
  more: readonly { readonly merge_id: string; readonly count: number }[],
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...awaiting };
  for (const { merge_id, count } of more) {
    const total = (sum[merge_id] ?? 0) + count;
    if (total === 0) delete sum[merge_id];
    else sum[merge_id] = total;
  }
  return sum;
}

/** True while a hand-over that was named is not in. */
export function isWaiting(awaiting: Readonly<Record<string, number>>): boolean {
  return Object.values(awaiting).some((count) => count > 0);
}

/** The record that carries an absorbed key's state to its survivor. */
export function stateHandover<S>(row: KeyRow<S>, redirect: Redirect, codec: StateCodec<S>, now_ms: number): Handover {
  return {
    kind: 'state',
    from_key: row.key,
    to_key: redirect.to,
    merge_id: redirect.merge_id,
    state: row.stored ? codec.encode(row.state) : null,
    topic: null,
    value: null,
    timestamp: now_ms,
    awaiting: Object.entries(row.awaiting).map(([merge_id, count]) => ({ merge_id, count })),
    position: null,
  };
}
