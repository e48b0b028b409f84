import type { SchemaOf } from '@hilo/service/contract';
import type { OriginStanding } from '@hilo/streaming';
import type { Backfill } from '../domain/backfill.ts';
import type { ListedSegment, Member } from '../ports.ts';
import type { Api } from './contract.ts';

/** The API's view of an origin. */
export function originAnswer(origin: OriginStanding, nowMs: number): SchemaOf<Api, 'Origin'> {
  const { stage, partition, readToMs, isReleased } = origin;
  return {
    stage,
    partition,
    read_to: isoTimeOrNull(readToMs),
    behind_s: readToMs === null ? null : Math.max(0, Math.round((nowMs - readToMs) / 1_000)),
    released: isReleased,
  };
}

/** The API's view of a segment. */
export function segmentAnswer(segment: ListedSegment): SchemaOf<Api, 'Segment'> {
  const { key, name, version, condition, members, published, eventsCountedFromMs } = segment;
  return {
    key,
    name,
    version,
    condition,
    members,
    created_at: isoTime(segment.created_at_ms),
    updated_at: isoTime(segment.saved_at_ms),
    events_counted_from: isoTimeOrNull(eventsCountedFromMs),
    published,
  };
}

/** The API's view of a segment's backfill; null: there is none. */
export function backfillAnswer(segment: string, backfill: Backfill | null): SchemaOf<Api, 'Backfill'> {
  if (backfill === null) {
    const nothing = { records: 0, requested_at: null, ended_at: null };
    return { segment, state: 'none', phase: null, events: { read: 0, of: 0 }, ...nothing };
  }
  const { phase, progress, requestedAtMs, endedAtMs } = backfill;
  const { read, of, records } = progress;
  const state = phase === 'declared' ? 'waiting' : phase === 'done' ? 'done' : 'running';
  return {
    ...{ segment, state, phase, events: { read, of }, records },
    requested_at: isoTime(requestedAtMs),
    ended_at: isoTimeOrNull(endedAtMs),
  };
}

/** The API's view of a member. */
export function memberAnswer({ profile_id, segment_version, since_ms }: Member): SchemaOf<Api, 'Member'> {
  return { profile_id, segment_version, since: isoTime(since_ms) };
}

/** A time as the API shows it; null stays null. */
export function isoTimeOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoTime(timeMs);
}

/** A time as the API shows it. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
