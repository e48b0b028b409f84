import type { EventIdentified, EventRejected } from '@hilo/schemas';

/** An event in the live view. Times in milliseconds. */
export interface LiveEvent {
  /** Unique: its record's position. */
  readonly id: string;
  readonly kind: 'accepted' | 'rejected' | 'duplicate';
  readonly source: string;
  readonly message_id: string | null;
  readonly type: string | null;
  /** Name of a track event; for a page or screen, its name. */
  readonly event: string | null;
  readonly profile_id: string | null;
  readonly user_id: string | null;
  /** Why it was rejected; null for an accepted one. */
  readonly reason: string | null;
  readonly timestamp_ms: number;
  readonly received_at_ms: number;
}

/** A live event with the values that filters match. */
export interface Passing {
  readonly shown: LiveEvent;
  /** The person's ids: profile, user, anonymous and other identifiers. */
  readonly ids: readonly string[];
}

/** A viewer's filter; null: anything. */
export interface LiveFilter {
  /** Key of a source. */
  readonly source: string | null;
  /** Part of the event's name or its type, case-insensitive. */
  readonly event: string | null;
  /** Any identifier of the person. */
  readonly profile: string | null;
}

/** The live view of an identified event. */
export function passingEvent(event: EventIdentified, id: string): Passing {
  const { source, message_id, type, profile_id, user_id, anonymous_id } = event;
  const ids = [profile_id, user_id, anonymous_id, ...event.identifiers.map(({ value }) => value)];
  return {
    shown: {
      ...{ id, kind: 'accepted', source, message_id, type, event: event.event ?? event.name, profile_id, user_id },
      ...{ reason: null, timestamp_ms: event.timestamp, received_at_ms: event.received_at },
    },
    ids: ids.filter((one) => one !== null),
  };
}

/** The live view of a rejected event. */
export function passingRejection(rejected: EventRejected, id: string): Passing {
  const { source, message_id, type, reason, received_at } = rejected;
  return {
    shown: {
      ...{ id, kind: rejected.state === 'duplicate' ? 'duplicate' : 'rejected', source, message_id, type, reason },
      ...{ event: null, profile_id: null, user_id: null, timestamp_ms: received_at, received_at_ms: received_at },
    },
    ids: [],
  };
}

/** Whether an event matches a filter. */
export function fits({ shown, ids }: Passing, { source, event, profile }: LiveFilter): boolean {
  if (source !== null && shown.source !== source) return false;
  if (profile !== null && !ids.includes(profile)) return false;
  if (event === null) return true;
  const wanted = event.toLowerCase();
  return [shown.event, shown.type].some((name) => name !== null && name.toLowerCase().includes(wanted));
}
