import type { OriginStanding } from '@hilo/streaming';
import type { Condition } from '../domain/condition.ts';
import type { ListedSegment, Member } from '../ports.ts';

/** A segment as the API shows it. */
export interface SegmentAnswer {
  readonly key: string;
  readonly name: string;
  readonly version: number;
  readonly condition: Condition | null;
  readonly members: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Events that arrived before are not counted yet; null where the condition asks for none. */
  readonly eventsCountedFrom: string | null;
  /** True once the definition is on its way through every partition. */
  readonly published: boolean;
}

/** A profile in a segment as the API shows it. */
export interface MemberAnswer {
  readonly profileId: string;
  readonly segmentVersion: number;
  readonly since: string;
}

/** A partition of a stage before this one, as the API shows it. */
export interface OriginAnswer {
  readonly stage: string;
  readonly partition: number;
  /** Everything that it was to bring before then, it has brought; null: it never said anything. */
  readonly readTo: string | null;
  readonly behindSeconds: number | null;
  /** True while it is left out, because somebody released it. */
  readonly released: boolean;
}

/** Whom and what exits by time wait for. */
export interface TimeAnswer {
  /** How many were due ten seconds ago, and are not decided. */
  readonly people: number;
  /** True where there are more than were counted. */
  readonly more: boolean;
  /** When the first of them was due; null: nobody waits. */
  readonly since: string | null;
  readonly origins: readonly OriginAnswer[];
}

/** The API's view of an origin. */
export function originAnswer(origin: OriginStanding, now_ms: number): OriginAnswer {
  const { stage, partition, read_to_ms, is_released } = origin;
  return {
    stage,
    partition,
    readTo: read_to_ms === null ? null : isoTime(read_to_ms),
    behindSeconds: read_to_ms === null ? null : Math.max(0, Math.round((now_ms - read_to_ms) / 1_000)),
    released: is_released,
  };
}

/** The API's view of a segment. */
export function segmentAnswer(segment: ListedSegment): SegmentAnswer {
  const { key, name, version, condition, members, published, events_counted_from_ms } = segment;
  return {
    key,
    name,
    version,
    condition,
    members,
    createdAt: isoTime(segment.created_at_ms),
    updatedAt: isoTime(segment.saved_at_ms),
    eventsCountedFrom: events_counted_from_ms === null ? null : isoTime(events_counted_from_ms),
    published,
  };
}

/** The API's view of a member. */
export function memberAnswer({ profile_id, segment_version, since_ms }: Member): MemberAnswer {
  return { profileId: profile_id, segmentVersion: segment_version, since: isoTime(since_ms) };
}

function isoTime(time_ms: number): string {
  return new Date(time_ms).toISOString();
}
