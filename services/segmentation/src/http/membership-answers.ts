import type { Explained, Reading, SmallestChange, ChangeStep } from '@hilo/behaviour/version-2';
import type { SchemaOf } from '@hilo/service/contract';
import type { RecordedChange } from '../ports.ts';
import type { ExplainedProfile } from '../use-cases/explain-profile.ts';
import { isoTime, isoTimeOrNull } from './answers.ts';
import type { Api } from './contract.ts';

/** The API's view of an explanation. */
export function explanationAnswer(segment: string, found: ExplainedProfile): SchemaOf<Api, 'Explanation'> {
  const { profile_id, membership, version, momentMs, isBehind, condition, explained, areEventsNamed } = found;
  return {
    segment,
    profile_id,
    member: membership !== null,
    since: isoTimeOrNull(membership?.since_ms ?? null),
    segment_version: version,
    as_of: isoTime(momentMs),
    behind: isBehind,
    condition,
    explained: explainedAnswer(explained),
    smallest_change: found.smallestChange === null ? null : changeAnswer(found.smallestChange),
    events_named: areEventsNamed,
  };
}

function explainedAnswer(one: Explained): SchemaOf<Api, 'ExplainedCondition'> {
  const { field, holds, sinceMs, change, reading, events, of } = one;
  return {
    field,
    holds,
    since: isoTimeOrNull(sinceMs),
    changes: change.kind,
    until: change.kind === 'never' ? null : isoTime(change.atMs),
    value: reading === null ? null : valueAnswer(reading),
    events: events.map(({ messageId, atMs, step }) => ({ message_id: messageId, at: isoTime(atMs), step })),
    of: of.map(explainedAnswer),
  };
}

function valueAnswer(reading: Reading): SchemaOf<Api, 'ConditionValue'> {
  switch (reading.kind) {
    case 'count':
      return { kind: 'count', count: reading.count, at_least: reading.isAtLeast };
    case 'event':
      return { kind: 'event', at: isoTimeOrNull(reading.atMs), values: reading.values };
    case 'list':
      return { kind: 'list', listed: reading.isListed, ends: isoTimeOrNull(reading.endsMs) };
    case 'number':
    case 'steps':
    case 'periods':
    case 'values':
    case 'segment':
    case 'share':
      return reading;
  }
}

function changeAnswer({ steps, atMs }: SmallestChange): SchemaOf<Api, 'SmallestChange'> {
  return { at: isoTime(atMs), steps: steps.map(stepAnswer) };
}

function stepAnswer(step: ChangeStep): SchemaOf<Api, 'ChangeStep'> {
  switch (step.code) {
    case 'events':
    case 'new_values': {
      const { code, field, count, byMs } = step;
      return { code, field, count, by: isoTimeOrNull(byMs) };
    }
    case 'time':
      return { code: 'time', field: step.field, at: isoTime(step.atMs), leaving: step.leaving };
    case 'number':
    case 'property':
    case 'steps':
    case 'trait':
    case 'segment':
    case 'list':
      return step;
  }
}

/** The API's view of a change of membership. */
export function membershipChangeAnswer(change: RecordedChange): SchemaOf<Api, 'MembershipChange'> {
  const { event_ms, decided_ms, segment, segment_version, profile_id, recorded_profile_id, ...rest } = change;
  const { version, status, reason, message_id, unproven, backfilled, historical } = rest;
  return {
    ...{ segment, segment_version, profile_id, recorded_profile_id, version, status, reason, message_id },
    event_time: isoTimeOrNull(event_ms),
    decided_at: isoTime(decided_ms),
    ...{ unproven, backfilled, historical },
  };
}
