import { EMPTY_OBJECT, JsonText } from '@hilo/behaviour';
import type { ProfileEvent, SelectedEvent } from '@hilo/behaviour/version-2';
import type { EventIdentified } from '@hilo/schemas';

/** What selectors look at; a type that is no call matches none. */
export function selectedEvent(record: EventIdentified): SelectedEvent {
  return record.type === 'group' ? { type: 'group', event: null, name: record.group_id } : (record as SelectedEvent);
}

const TYPES: readonly ProfileEvent['type'][] = ['track', 'page', 'screen', 'identify', 'group', 'alias'];

/** The type, if it is one of a call. */
export function callTypeOf(type: string): ProfileEvent['type'] | null {
  return TYPES.find((one) => one === type) ?? null;
}

/** The record as conditions see it; null for what is no call, such as a merge. */
export function profileEventOf(record: EventIdentified): ProfileEvent | null {
  const type = callTypeOf(record.type);
  if (type === null) return null;
  const content = setsTraits(type) ? record.traits : record.properties;
  return {
    type,
    event: type === 'track' ? record.event : null,
    name: type === 'group' ? record.group_id : record.name,
    properties: content === null ? EMPTY_OBJECT : new JsonText(content),
    timestampMs: record.timestamp,
    receivedAtMs: record.received_at,
    position: record.request_position,
    source: record.source,
    messageId: record.message_id,
  };
}

/** True for calls whose content is traits. */
export function setsTraits(type: string): boolean {
  return type === 'identify' || type === 'group';
}
