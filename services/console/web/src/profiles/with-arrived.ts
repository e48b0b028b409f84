import type { LiveEvent } from '../events/event-api.ts';
import type { ProfileEvent } from './profile-api.ts';

/** An event of a timeline; the payload of one that has just arrived is not known yet. */
export type TimelineEvent = Pick<ProfileEvent, 'type' | 'message_id' | 'source_id' | 'timestamp' | 'event'> & {
  readonly brought: Pick<ProfileEvent, 'external_ids' | 'properties' | 'context'> | null;
};

/**
 * The newest page of a person's history, with arrived events that are not in it yet, newest first. `hasOlder`: the
 * history continues behind the page; events from before all of it may belong there.
 */
export function withArrived(
  history: readonly ProfileEvent[],
  arrived: readonly LiveEvent[],
  hasOlder: boolean,
): readonly TimelineEvent[] {
  const known = new Set(history.map(({ source_id, message_id }) => keyOf(source_id, message_id)));
  const oldest_ms = hasOlder ? timeOf(history.at(-1)?.timestamp ?? null) : Number.NEGATIVE_INFINITY;
  const waiting = arrived.flatMap(({ kind, type, message_id, source, event, timestamp }): TimelineEvent[] => {
    if (kind !== 'accepted' || message_id === null || type === null || known.has(keyOf(source, message_id))) return [];
    if (timeOf(timestamp) < oldest_ms) return [];
    // A page has a name too, which is not one of an event.
    return [{ type, message_id, source_id: source, timestamp, event: type === 'track' ? event : null, brought: null }];
  });
  if (waiting.length === 0) return history.map(inHistory);
  return [...waiting, ...history.map(inHistory)].sort((a, b) => timeOf(b.timestamp) - timeOf(a.timestamp));
}

function inHistory({ external_ids, properties, context, ...event }: ProfileEvent): TimelineEvent {
  return { ...event, brought: { external_ids, properties, context } };
}

function keyOf(source: string, message_id: string): string {
  return JSON.stringify([source, message_id]);
}

function timeOf(timestamp: string | null): number {
  return timestamp === null ? Number.NEGATIVE_INFINITY : Date.parse(timestamp);
}
