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
