import type { SchemaOf } from '@hilo/service/contract';
import type { OriginStanding } from '@hilo/streaming';
import type { ListedSegment, Member } from '../ports.ts';
import type { Api } from './contract.ts';

/** The API's view of an origin. */
export function originAnswer(origin: OriginStanding, now_ms: number): SchemaOf<Api, 'Origin'> {
  const { stage, partition, read_to_ms, is_released } = origin;
  return {
    stage,
    partition,
    read_to: isoTimeOrNull(read_to_ms),
    behind_s: read_to_ms === null ? null : Math.max(0, Math.round((now_ms - read_to_ms) / 1_000)),
    released: is_released,
  };
}

/** The API's view of a segment. */
export function segmentAnswer(segment: ListedSegment): SchemaOf<Api, 'Segment'> {
  const { key, name, version, condition, members, published, events_counted_from_ms } = segment;
  return {
    key,
    name,
    version,
    condition,
    members,
    created_at: isoTime(segment.created_at_ms),
    updated_at: isoTime(segment.saved_at_ms),
    events_counted_from: isoTimeOrNull(events_counted_from_ms),
    published,
  };
}

/** The API's view of a member. */
export function memberAnswer({ profile_id, segment_version, since_ms }: Member): SchemaOf<Api, 'Member'> {
  return { profile_id, segment_version, since: isoTime(since_ms) };
}

/** A time as the API shows it; null stays null. */
export function isoTimeOrNull(time_ms: number | null): string | null {
  return time_ms === null ? null : isoTime(time_ms);
}

function isoTime(time_ms: number): string {
  return new Date(time_ms).toISOString();
}
