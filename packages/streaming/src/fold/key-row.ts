import type { Handover } from '@hilo/schemas';
import type { StateChange, StateCodec } from '../language/logic.ts';
import type { StateRow } from '../ports/store.ts';
import type { AnyRecord } from '../read/batch-input.ts';
import type { KeyHold } from './held-key.ts';
import type { FormerPartition } from './moment.ts';

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
  /** Handovers announced minus handovers received, by merge; entries are never zero. */
  readonly awaiting: Readonly<Record<string, number>>;
  /** Since when it waits for an announced handover, milliseconds since the epoch; null: it waits for none. */
  readonly waits_since_ms: number | null;
  /** Set while the key is held because of a bug. */
  readonly held: KeyHold | null;
  /** The stored state of a held key, undecoded until needed: decoding may be the bug. */
  readonly sealed: Buffer | null;
  /**
   * The moment at which a key stands that waits for a handover, or is held: nothing is decided for it meanwhile. Null:
   * neither.
   */
  readonly stands_at_ms: number | null;
  /** Partitions of keys that it absorbed, as long as something may follow from there. */
  readonly came_from: readonly FormerPartition[];
  /** Size of the encoded state, for the cache's limit. */
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
  readonly stands_at_ms?: number;
  readonly came_from?: readonly FormerPartition[];
}

/** The row of an unknown key. */
export function newRow<S>(partition: number, key: string, state: S): KeyRow<S> {
  const settled = { redirect: null, awaiting: {}, waits_since_ms: null, held: null, sealed: null };
  const alone = { stands_at_ms: null, came_from: [] };
  return { partition, key, state, stored: false, due_ms: null, bytes: 0, ...settled, ...alone };
}

/** Decodes a row of the store. */
export function decodeRow<S>(row: StateRow, codec: StateCodec<S>, initial: (key: string) => S): KeyRow<S> {
  const { partition, key, body, due_ms } = row;
  const protocol = protocolOf(row.protocol);
  const sealed = protocol.held === null ? null : body;
  const state = body === null || sealed !== null ? initial(key) : codec.decode(body);
  return { partition, key, state, stored: true, due_ms, sealed, bytes: body?.length ?? 0, ...protocol };
}

/** A row's fields beside its state. */
export function protocolOf(
  text: string | null,
): Pick<KeyRow<unknown>, 'redirect' | 'awaiting' | 'waits_since_ms' | 'held' | 'stands_at_ms' | 'came_from'> {
  const {
    redirect = null,
    awaiting = {},
    waits_since_ms = null,
    held = null,
    stands_at_ms = null,
    came_from = [],
  } = text === null ? {} : (JSON.parse(text) as Protocol);
  return { redirect, awaiting, waits_since_ms, held, stands_at_ms, came_from };
}

/** The row with its state decoded, for a held key. */
export function unsealed<S>(row: KeyRow<S>, codec: StateCodec<S>): KeyRow<S> {
  return row.sealed === null ? row : { ...row, state: codec.decode(row.sealed), sealed: null };
}

/** The row with the time since when it waits; that is this moment if it begins to. */
export function timed<S>(row: KeyRow<S>, nowMs: number): KeyRow<S> {
  const waits = isWaiting(row.awaiting);
  if (waits === (row.waits_since_ms !== null)) return row;
  return { ...row, waits_since_ms: waits ? nowMs : null };
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

/** JSON text of a row's fields beside its state; null: none. */
export function encodeProtocol(row: ReturnType<typeof protocolOf>): string | null {
  const { redirect, awaiting, waits_since_ms, held, stands_at_ms, came_from } = row;
  const names = Object.keys(awaiting).length > 0;
  if (redirect === null && held === null && !names && came_from.length === 0) return null;
  const protocol: Protocol = {
    ...(redirect === null ? {} : { redirect }),
    ...(names ? { awaiting } : {}),
    ...(waits_since_ms === null ? {} : { waits_since_ms }),
    ...(held === null ? {} : { held }),
    ...(stands_at_ms === null ? {} : { stands_at_ms }),
    ...(came_from.length === 0 ? {} : { came_from }),
  };
  return JSON.stringify(protocol);
}

/** True if nothing that is stored differs. */
export function isSame<S>(one: KeyRow<S>, other: KeyRow<S>): boolean {
  return (
    one.state === other.state &&
    one.due_ms === other.due_ms &&
    one.awaiting === other.awaiting &&
    one.stands_at_ms === other.stands_at_ms &&
    one.came_from === other.came_from
  );
}

/** Adds to what a key waits for. Addition makes the order of announcements and handovers irrelevant. */
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

/** True while an announced handover has not arrived. */
export function isWaiting(awaiting: Readonly<Record<string, number>>): boolean {
  return Object.values(awaiting).some((count) => count > 0);
}

/** The record that carries an absorbed key's state to its survivor; `readToMs`: the sender's time. */
export function stateHandover<S>(
  row: KeyRow<S>,
  redirect: Redirect,
  codec: StateCodec<S>,
  { nowMs, readToMs }: { readonly nowMs: number; readonly readToMs: number },
): Handover {
  return {
    kind: 'state',
    from_key: row.key,
    to_key: redirect.to,
    merge_id: redirect.merge_id,
    state: row.stored ? codec.encode(row.state) : null,
    topic: null,
    value: null,
    timestamp: nowMs,
    awaiting: [
      ...Object.entries(row.awaiting).map(([merge_id, count]) => ({ merge_id, count })),
      // The dead letters that wait belong to the survivor from now on: it publishes nothing before the last of them is
      // in.
      ...(row.held === null ? [] : [{ merge_id: mergeIdOfDeadLetters(redirect), count: row.held.letters }]),
    ],
    position: null,
    mark: 0,
    held_from: readToMs,
    came_from: [
      ...row.came_from.map(({ partition, until_ms }) => ({ partition, until: until_ms })),
      formerNow(row.partition, nowMs),
    ],
  };
}

/** Under this name, a survivor waits for dead letters that the absorbed key left. */
function mergeIdOfDeadLetters({ merge_id }: Redirect): string {
  return `letters before ${merge_id}`;
}

/** The record by which a survivor waits for one dead letter less. */
export function deadLettersIn(
  from_key: string,
  redirect: Redirect,
  { nowMs, held_from }: { readonly nowMs: number; readonly held_from: number },
): Handover {
  return {
    ...{ kind: 'state', from_key, to_key: redirect.to, merge_id: mergeIdOfDeadLetters(redirect), state: null },
    ...{ topic: null, value: null, timestamp: nowMs, awaiting: [], position: null, mark: 0, held_from, came_from: [] },
  };
}

/** The record that carries an absorbed key's late record to its survivor. */
export function lateHandover(
  from_key: string,
  redirect: Redirect,
  input: AnyRecord,
  { readToMs, mark }: { readonly readToMs: number; readonly mark: number },
): Handover {
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
    position: input.logPosition ?? null,
    held_from: readToMs,
    came_from: [],
    mark,
  };
}

/** What a batch changed about a key. */
export function changeOf<S>(before: KeyRow<S> | undefined, after: KeyRow<S>): StateChange<S> {
  return {
    key: after.key,
    partition: after.partition,
    before: before?.stored && before.redirect === null ? before.state : null,
    after: after.redirect === null ? after.state : null,
  };
}

/** After the handover of a merge, something may follow from the sender for at most this long after it was sent. */
const FOLLOWS_FOR_MS = 5_000;

/** Most partitions that a key has come from; of more, those that matter longest count. */
const FORMER_PARTITIONS = 64;

/** A partition that hands a key over now. */
export function formerNow(partition: number, nowMs: number): Handover['came_from'][number] {
  return { partition, until: nowMs + FOLLOWS_FOR_MS };
}

/** The partitions that the survivor came from, once it takes over one more key's state. */
export function cameFrom(
  row: Pick<KeyRow<unknown>, 'came_from'>,
  handover: Pick<Handover, 'came_from'>,
  since_ms: number,
): readonly FormerPartition[] {
  if (handover.came_from.length === 0) return row.came_from;
  const byPartition = new Map(row.came_from.map((one) => [one.partition, one]));
  for (const { partition, until } of handover.came_from) {
    const before = byPartition.get(partition);
    byPartition.set(partition, { partition, until_ms: Math.max(until, before?.until_ms ?? 0), since_ms });
  }
  return [...byPartition.values()].sort((a, b) => b.until_ms - a.until_ms).slice(0, FORMER_PARTITIONS);
}

/** The row with what it waits for, and with the moment at which it stands while it waits or is held. */
export function waitingFor<S>(row: KeyRow<S>, awaiting: KeyRow<S>['awaiting'], momentMs: number): KeyRow<S> {
  const stands_at_ms = isWaiting(awaiting) || row.held !== null ? (row.stands_at_ms ?? momentMs) : null;
  return { ...row, awaiting, stands_at_ms };
}

/** The row of a key that no longer stands, once it neither waits nor is held. */
export function goingOn<S>(row: KeyRow<S>): KeyRow<S> {
  const stands = row.held !== null || isWaiting(row.awaiting);
  return stands || row.stands_at_ms === null ? row : { ...row, stands_at_ms: null };
}

/**
 * The partitions that still matter to a key that was decided for this moment: its time continues from there. A
 * partition whose own time the moment was still matters, even if nothing can follow after it: that time does not say
 * how far the partition is.
 */
export function decidedAt(came_from: readonly FormerPartition[], momentMs: number): readonly FormerPartition[] {
  if (came_from.length === 0) return came_from;
  return came_from
    .filter(({ until_ms, since_ms }) => until_ms > momentMs || since_ms >= momentMs)
    .map((one) => ({ ...one, since_ms: Math.max(one.since_ms, momentMs) }));
}
