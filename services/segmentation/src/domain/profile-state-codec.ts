import { JsonText } from '@hilo/behaviour';
import {
  distances,
  emptySeries,
  readSeries,
  type Series,
  sums,
  type WrittenSeries,
  writtenSeries,
} from '@hilo/behaviour/version-2';
import type { Identifier } from '@hilo/schemas';
import { refuseUnreadableFormat } from '@hilo/streaming';
import { type ListEntry, NO_ENTRIES } from './list-entries.ts';
import type { ProfileState } from './profile-state.ts';
import { TraitTimes, UNKNOWN_TIMES } from './trait-times.ts';

/**
 * Bytes of a profile's state: format (1 byte), length of the traits (4 bytes), the traits' text as it came, and the
 * rest as JSON. The traits are most of it and are not parsed here.
 */
const FORMAT = 2;
const HEADER_BYTES = 5;

/** The rest, with short names. Times are the first one and then the distances. */
interface Rest {
  readonly p: string;
  readonly pv: number;
  readonly i: readonly [string, string][];
  readonly l: readonly [string, string][];
  /** Series of times alone, as the previous release writes its counters. */
  readonly c: Readonly<Record<string, readonly number[]>>;
  /** All other series. Absent in format 1, as are `u` and `a`. */
  readonly s?: readonly (readonly [string, WrittenSeries])[];
  readonly u?: readonly (readonly [string, number])[];
  readonly a?: number;
  readonly m: Readonly<Record<string, readonly [number, number]>>;
  readonly v: number;
  readonly d: number | null;
  readonly e: 0 | 1;
  /** Absent in states of earlier releases. */
  readonly t?: number;
  /** Absent if the windows are complete. */
  readonly w?: number;
  /** Times of traits, as text; absent if unknown. */
  readonly k?: string;
  /** Absent if no series has its past from a backfill. */
  readonly x?: readonly (readonly [number, readonly string[]])[];
  /** Entries of static lists; absent: none. */
  readonly y?: readonly WrittenEntry[];
}

type WrittenEntry = readonly [
  list: string,
  isOn: 0 | 1,
  until_ms: number | null,
  timestampMs: number,
  receivedLaterMs: number,
  position: number,
  source: string,
  messageId: string,
];

/** The bytes of a state. */
export function encodeProfile(state: ProfileState): Buffer {
  const counters: [string, readonly number[]][] = [];
  const series: [string, WrittenSeries][] = [];
  for (const [id, one] of state.series) {
    if (hasTimesAlone(one)) counters.push([id, [one.since_ms, ...distances(one.timesMs)]]);
    else series.push([id, writtenSeries(one)]);
  }
  const memberships: [string, readonly [number, number]][] = [];
  for (const [segment, { segment_version, since_ms }] of state.memberships) {
    memberships.push([segment, [segment_version, since_ms]]);
  }
  const rest: { -readonly [Name in keyof Rest]: Rest[Name] } = {
    p: state.profile_id,
    pv: state.profileVersion,
    i: pairs(state.identifiers),
    l: pairs(state.linked),
    c: Object.fromEntries(counters),
    m: Object.fromEntries(memberships),
    v: state.version,
    d: state.due_ms,
    e: state.evaluated ? 1 : 0,
    t: state.momentMs,
  };
  if (state.completeFromMs > 0) rest.w = state.completeFromMs;
  if (state.traitTimes !== UNKNOWN_TIMES) rest.k = state.traitTimes.text;
  if (state.lists.size > 0) rest.y = [...state.lists].map(writtenEntry);
  if (series.length > 0) rest.s = series;
  if (state.duesMs.size > 0) rest.u = [...state.duesMs];
  if (state.evaluatedRevision > 0) rest.a = state.evaluatedRevision;
  if (state.pasts.size > 0) rest.x = [...state.pasts];
  const traitsBytes = Buffer.byteLength(state.traits.text);
  const text = JSON.stringify(rest);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + traitsBytes + Buffer.byteLength(text));
  bytes.writeUInt8(FORMAT, 0);
  bytes.writeUInt32BE(traitsBytes, 1);
  bytes.write(state.traits.text, HEADER_BYTES);
  bytes.write(text, HEADER_BYTES + traitsBytes);
  return bytes;
}

/** The state encoded in the bytes. Throws for a format that this release does not know: that is a bug. */
export function decodeProfile(bytes: Buffer): ProfileState {
  const format = bytes.readUInt8(0);
  refuseUnreadableFormat('profile state', format, FORMAT);
  const restAt = HEADER_BYTES + bytes.readUInt32BE(1);
  const rest = JSON.parse(bytes.toString('utf8', restAt)) as Rest;
  return {
    profile_id: rest.p,
    profileVersion: rest.pv,
    traits: new JsonText(bytes.toString('utf8', HEADER_BYTES, restAt)),
    traitTimes: rest.k === undefined ? UNKNOWN_TIMES : new TraitTimes(rest.k),
    identifiers: identifiers(rest.i),
    linked: identifiers(rest.l),
    series: seriesIn(rest),
    lists: rest.y === undefined ? NO_ENTRIES : new Map(rest.y.map(readEntry)),
    memberships: new Map(
      Object.entries(rest.m).map(([segment, [segment_version, since_ms]]) => [segment, { segment_version, since_ms }]),
    ),
    version: rest.v,
    due_ms: rest.d,
    duesMs: new Map(rest.u),
    evaluatedRevision: rest.a ?? 0,
    momentMs: rest.t ?? 0,
    completeFromMs: rest.w ?? 0,
    evaluated: rest.e === 1,
    pasts: new Map(rest.x),
  };
}

function hasTimesAlone({ details, count, totals, first, last }: Series): boolean {
  return details.length === 0 && count === 0 && totals === null && first === null && last === null;
}

function seriesIn({ c, s = [] }: Rest): ReadonlyMap<string, Series> {
  const series = new Map<string, Series>();
  for (const [id, [since_ms = 0, ...steps]] of Object.entries(c)) {
    series.set(id, { ...emptySeries(since_ms), timesMs: sums(steps) });
  }
  for (const [id, written] of s) series.set(id, readSeries(written));
  return series;
}

function writtenEntry([list, entry]: readonly [string, ListEntry]): WrittenEntry {
  const { isOn, until_ms, timestampMs, receivedAtMs, position, source, messageId } = entry;
  return [list, isOn ? 1 : 0, until_ms, timestampMs, receivedAtMs - timestampMs, position, source, messageId];
}

function readEntry(written: WrittenEntry): [string, ListEntry] {
  const [list, isOn, until_ms, timestampMs, receivedLaterMs, position, source, messageId] = written;
  const place = { timestampMs, receivedAtMs: timestampMs + receivedLaterMs, position, source, messageId };
  return [list, { isOn: isOn === 1, until_ms, ...place }];
}

function pairs(list: readonly Identifier[]): readonly [string, string][] {
  return list.map(({ type, value }) => [type, value]);
}

function identifiers(list: readonly [string, string][]): readonly Identifier[] {
  return list.map(([type, value]) => ({ type, value }));
}
