import type { StateCodec } from '@hilo/streaming';
import type { Cause, ProfileState } from './profile-state.ts';

/** The written form, version 1. Causes are written once each; traits and identifiers point to them by index. */
interface Written {
  readonly v: 1;
  readonly id: string;
  readonly version: number;
  /** source, messageId, event time. */
  readonly causes: readonly (readonly [string, string, number])[];
  /** Name, JSON text of the value, cause. */
  readonly traits: readonly (readonly [string, string | null, number])[];
  /** Type, value, cause. */
  readonly identifiers: readonly (readonly [string, string, number])[];
  /** Segment, version of its definition, since. */
  readonly segments: readonly (readonly [string, number, number])[];
  readonly segments_version: number;
  readonly unpublished?: {
    readonly traits: readonly (readonly [string, string | null])[];
    readonly identifiers: boolean;
  };
}

/** Profile state as compact JSON. */
export const PROFILE_CODEC: StateCodec<ProfileState> = {
  encode: (state) => Buffer.from(JSON.stringify(write(state))),
  decode: (bytes) => read(JSON.parse(bytes.toString('utf8')) as Written),
};

function write(state: ProfileState): Written {
  const causes = new Map<string, number>();
  const rows: [string, string, number][] = [];
  const indexOf = ({ source, message_id, event_time_ms }: Cause): number => {
    const key = JSON.stringify([source, message_id, event_time_ms]);
    const known = causes.get(key);
    if (known !== undefined) return known;
    causes.set(key, rows.length);
    return rows.push([source, message_id, event_time_ms]) - 1;
  };
  const { unpublished } = state;
  return {
    v: 1,
    id: state.profile_id,
    version: state.version,
    causes: rows,
    traits: [...state.traits].map(([name, { value, cause }]) => [name, value, indexOf(cause)]),
    identifiers: state.identifiers.map(({ type, value, cause }) => [type, value, indexOf(cause)]),
    segments: [...state.segments].map(([segment, { segment_version, since_ms }]) => [
      segment,
      segment_version,
      since_ms,
    ]),
    segments_version: state.segments_version,
    ...(unpublished === null
      ? {}
      : { unpublished: { traits: [...unpublished.traits], identifiers: unpublished.identifiers } }),
  };
}

function read(written: Written): ProfileState {
  if (written.v !== 1) throw new Error(`profile state has version ${String(written.v)}; this release reads version 1`);
  const causes = written.causes.map(([source, message_id, event_time_ms]) => ({ source, message_id, event_time_ms }));
  const causeAt = (index: number): Cause => {
    const cause = causes[index];
    if (cause === undefined) throw new Error('profile state points to a cause that is not there');
    return cause;
  };
  const { unpublished } = written;
  return {
    profile_id: written.id,
    traits: new Map(written.traits.map(([name, value, cause]) => [name, { value, cause: causeAt(cause) }])),
    identifiers: written.identifiers.map(([type, value, cause]) => ({ type, value, cause: causeAt(cause) })),
    segments: new Map(
      written.segments.map(([segment, segment_version, since_ms]) => [segment, { segment_version, since_ms }]),
    ),
    segments_version: written.segments_version,
    version: written.version,
    unpublished:
      unpublished === undefined ? null : { traits: new Map(unpublished.traits), identifiers: unpublished.identifiers },
  };
}
