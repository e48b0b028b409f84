import { refuseUnreadableFormat, type StateCodec } from '@hilo/streaming';
import type { Cause, ProfileState } from './profile-state.ts';

/** source, messageId, event time, how long after it the event was received, position; trailing zeros are omitted. */
type WrittenCause = readonly [string, string, number, number?, number?];

/**
 * The stored form, version 1. Each cause is written once; traits and identifiers refer to it by index. Earlier releases
 * wrote only the first three parts of a cause, and read no more: both run side by side during an upgrade.
 */
interface Written {
  readonly v: 1;
  readonly id: string;
  readonly version: number;
  readonly causes: readonly WrittenCause[];
  /**
   * Name, JSON text of the value, cause, since when in milliseconds. The last part is omitted if it is the cause's time, and
   * by earlier releases, which did not know it: the value has held at least since then.
   */
  readonly traits: readonly (readonly [string, string | null, number, number?])[];
  /** Type, value, cause. */
  readonly identifiers: readonly (readonly [string, string, number])[];
  /** Segment, version of its definition, since. */
  readonly segments: readonly (readonly [string, number, number])[];
  readonly segments_version: number;
  readonly unpublished?: {
    readonly traits: readonly (readonly [string, string | null])[];
    readonly identifiers: boolean;
    readonly since?: true;
  };
}

/** Profile state as compact JSON. */
export const PROFILE_CODEC: StateCodec<ProfileState> = {
  encode: (state) => Buffer.from(JSON.stringify(write(state))),
  decode: (bytes) => read(JSON.parse(bytes.toString('utf8')) as Written),
};

function write(state: ProfileState): Written {
  const rows: WrittenCause[] = [];
  const indexOf = indexing(rows);
  const { unpublished } = state;
  return {
    v: 1,
    id: state.profile_id,
    version: state.version,
    causes: rows,
    traits: [...state.traits].map(([name, { value, cause, since_ms }]) =>
      since_ms === cause.event_time_ms ? [name, value, indexOf(cause)] : [name, value, indexOf(cause), since_ms],
    ),
    identifiers: state.identifiers.map(({ type, value, cause }) => [type, value, indexOf(cause)]),
    segments: [...state.segments].map(([segment, { segment_version, since_ms }]) => [
      segment,
      segment_version,
      since_ms,
    ]),
    segments_version: state.segments_version,
    ...(unpublished === null
      ? {}
      : {
          unpublished: {
            traits: [...unpublished.traits],
            identifiers: unpublished.identifiers,
            ...(unpublished.since ? { since: true } : {}),
          },
        }),
  };
}

/** Adds causes to the rows, each once, and returns their indexes. Traits of one event share the object. */
function indexing(rows: WrittenCause[]): (cause: Cause) => number {
  const objects = new Map<Cause, number>();
  const texts = new Map<string, number>();
  return (cause) => {
    let index = objects.get(cause);
    if (index !== undefined) return index;
    const row = rowOf(cause);
    const text = JSON.stringify(row);
    index = texts.get(text);
    if (index === undefined) {
      index = rows.push(row) - 1;
      texts.set(text, index);
    }
    objects.set(cause, index);
    return index;
  };
}

function rowOf({ source, message_id, event_time_ms, receivedMs, position }: Cause): WrittenCause {
  const waitedMs = receivedMs - event_time_ms;
  if (position !== 0) return [source, message_id, event_time_ms, waitedMs, position];
  return waitedMs === 0 ? [source, message_id, event_time_ms] : [source, message_id, event_time_ms, waitedMs];
}

function causeOf([source, message_id, event_time_ms, waitedMs = 0, position = 0]: WrittenCause): Cause {
  return { event_time_ms, receivedMs: event_time_ms + waitedMs, position, source, message_id };
}

function read(written: Written): ProfileState {
  refuseUnreadableFormat('profile state', written.v, 1);
  const causes = written.causes.map(causeOf);
  const causeAt = (index: number): Cause => {
    const cause = causes[index];
    if (cause === undefined) throw new Error('profile state points to a cause that is not there');
    return cause;
  };
  const { unpublished } = written;
  return {
    profile_id: written.id,
    traits: new Map(
      written.traits.map(([name, value, index, since_ms]) => {
        const cause = causeAt(index);
        return [name, { value, cause, since_ms: since_ms ?? cause.event_time_ms }];
      }),
    ),
    identifiers: written.identifiers.map(([type, value, cause]) => ({ type, value, cause: causeAt(cause) })),
    segments: new Map(
      written.segments.map(([segment, segment_version, since_ms]) => [segment, { segment_version, since_ms }]),
    ),
    segments_version: written.segments_version,
    version: written.version,
    unpublished:
      unpublished === undefined
        ? null
        : {
            traits: new Map(unpublished.traits),
            identifiers: unpublished.identifiers,
            since: unpublished.since === true,
          },
  };
}
