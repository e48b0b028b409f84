import type { Handover } from '@hilo/schemas';
import type { KeyHold } from './held-key.ts';
import type { StateChange, StateCodec } from './logic.ts';
import type { StateRow } from './ports.ts';
import type { AnyRecord } from './runner.ts';

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
  /** Since when it waits for a hand-over that was named, milliseconds since the epoch; null: it waits for none. */
  readonly waits_since_ms: number | null;
  /** Set while the key is held because of a bug. */
  readonly held: KeyHold | null;
  /** The stored state of a key that is held, until it is needed: that it can't be decoded may be the bug. */
  readonly sealed: Buffer | null;
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
  readonly waits_since_ms?: number;
  readonly held?: KeyHold;
}

/** The row of a key never seen. */
export function newRow<S>(partition: number, key: string, state: S): KeyRow<S> {
  const settled = { redirect: null, awaiting: {}, waits_since_ms: null, held: null, sealed: null };
  return { partition, key, state, stored: false, due_ms: null, bytes: 0, ...settled };
}

/** Decodes a row of the store. */
export function decodeRow<S>(row: StateRow, codec: StateCodec<S>, initial: (key: string) => S): KeyRow<S> {
  const { partition, key, body, due_ms } = row;
  const protocol = protocolOf(row.protocol);
  const sealed = protocol.held === null ? null : body;
  const state = body === null || sealed !== null ? initial(key) : codec.decode(body);
  return { partition, key, state, stored: true, due_ms, sealed, bytes: body?.length ?? 0, ...protocol };
}

/** What a row says beside its state. */
export function protocolOf(
  text: string | null,
): Pick<KeyRow<unknown>, 'redirect' | 'awaiting' | 'waits_since_ms' | 'held'> {
  const {
    redirect = null,
    awaiting = {},
    waits_since_ms = null,
    held = null,
  } = text === null ? {} : (JSON.parse(text) as Protocol);
  return { redirect, awaiting, waits_since_ms, held };
}

/** The row with its state decoded, for a key that is held. */
export function unsealed<S>(row: KeyRow<S>, codec: StateCodec<S>): KeyRow<S> {
  return row.sealed === null ? row : { ...row, state: codec.decode(row.sealed), sealed: null };
}

/** The row with the time since when it waits, which is this moment where it begins to. */
export function timed<S>(row: KeyRow<S>, now_ms: number): KeyRow<S> {
  const waits = isWaiting(row.awaiting);
  if (waits === (row.waits_since_ms !== null)) return row;
  return { ...row, waits_since_ms: waits ? now_ms : null };
}

/** Encodes a row for the store. An absorbed key keeps no state. */
export function encodeRow<S>(row: KeyRow<S>, codec: StateCodec<S>): StateRow {
  return {
    partition: row.partition,
    key: row.key,
    body: row.redirect === null ? (row.sealed ?? codec.encode(row.state)) : null,
    due_ms: row.due_ms,
    protocol: encodeProtocol(row),
  };
}

/** JSON text of what a row says beside its state; null: nothing. */
export function encodeProtocol(row: ReturnType<typeof protocolOf>): string | null {
  const { redirect, awaiting, waits_since_ms, held } = row;
  const names = Object.keys(awaiting).length > 0;
  if (redirect === null && held === null && !names) return null;
  const protocol: Protocol = {
    ...(redirect === null ? {} : { redirect }),
    ...(names ? { awaiting } : {}),
    ...(waits_since_ms === null ? {} : { waits_since_ms }),
    ...(held === null ? {} : { held }),
  };
  return JSON.stringify(protocol);
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

/** A record that came for a key after it was absorbed, on its way to where the key went. */
export function lateRecord(from_key: string, redirect: Redirect, input: AnyRecord): Handover {
  return {
    kind: 'forward',
    from_key,
    to_key: redirect.to,
    merge_id: redirect.merge_id,
    state: null,
    topic: input.topic,
    value: input.bytes,
    timestamp: input.timestamp_ms,
    awaiting: [],
    position: input.log_position ?? null,
  };
}

/** What a batch changed of a key. */
export function changeOf<S>(before: KeyRow<S> | undefined, after: KeyRow<S>): StateChange<S> {
  return {
    key: after.key,
    partition: after.partition,
    before: before?.stored && before.redirect === null ? before.state : null,
    after: after.redirect === null ? after.state : null,
  };
}
