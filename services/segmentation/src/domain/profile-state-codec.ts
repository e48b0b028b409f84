import { JsonText } from '@hilo/behaviour';
import type { Identifier } from '@hilo/schemas';
import { refuseUnreadableFormat } from '@hilo/streaming';
import type { ProfileState } from './profile-state.ts';

/**
 * Bytes of a profile's state: format (1 byte), length of the traits (4 bytes), the traits' text as it came, and the
 * rest as JSON. The traits are most of it and are not parsed here.
 */
const FORMAT = 1;
const HEADER_BYTES = 5;

/** The rest, with short names. Times are the first one and then the distances. */
interface Rest {
  readonly p: string;
  readonly pv: number;
  readonly i: readonly [string, string][];
  readonly l: readonly [string, string][];
  readonly c: Readonly<Record<string, readonly number[]>>;
  readonly m: Readonly<Record<string, readonly [number, number]>>;
  readonly v: number;
  readonly d: number | null;
  readonly e: 0 | 1;
  /** Absent in states of earlier releases. */
  readonly t?: number;
  /** Absent if the windows are complete. */
  readonly w?: number;
}

/** The bytes of a state. */
export function encodeProfile(state: ProfileState): Buffer {
  const counters: [string, readonly number[]][] = [];
  for (const [id, { since_ms, timesMs }] of state.counters) counters.push([id, [since_ms, ...distances(timesMs)]]);
  const memberships: [string, readonly [number, number]][] = [];
  for (const [segment, { segment_version, since_ms }] of state.memberships) {
    memberships.push([segment, [segment_version, since_ms]]);
  }
  const rest: Rest = {
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
    ...(state.completeFromMs > 0 && { w: state.completeFromMs }),
  };
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
    identifiers: identifiers(rest.i),
    linked: identifiers(rest.l),
    counters: new Map(
      Object.entries(rest.c).map(([id, [since_ms = 0, ...steps]]) => [id, { since_ms, timesMs: sums(steps) }]),
    ),
    memberships: new Map(
      Object.entries(rest.m).map(([segment, [segment_version, since_ms]]) => [segment, { segment_version, since_ms }]),
    ),
    version: rest.v,
    due_ms: rest.d,
    momentMs: rest.t ?? 0,
    completeFromMs: rest.w ?? 0,
    evaluated: rest.e === 1,
  };
}

function distances(timesMs: readonly number[]): readonly number[] {
  return timesMs.map((timeMs, index) => timeMs - (timesMs[index - 1] ?? 0));
}

function sums(steps: readonly number[]): readonly number[] {
  let timeMs = 0;
  return steps.map((step) => {
    timeMs += step;
    return timeMs;
  });
}

function pairs(list: readonly Identifier[]): readonly [string, string][] {
  return list.map(({ type, value }) => [type, value]);
}

function identifiers(list: readonly [string, string][]): readonly Identifier[] {
  return list.map(([type, value]) => ({ type, value }));
}
