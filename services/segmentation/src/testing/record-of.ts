import type { ProfileEvent } from '@hilo/behaviour/version-2';
import type { EventIdentified } from '@hilo/schemas';
import { AN_EVENT } from './records.ts';

/** The record of a profile's event. */
export function recordOf(profile_id: string, event: ProfileEvent): EventIdentified {
  const isIdentity = event.type === 'identify' || event.type === 'group';
  return {
    ...AN_EVENT,
    ...{ profile_id, type: event.type, event: event.event, source: event.source, message_id: event.messageId },
    ...{ timestamp: event.timestampMs, received_at: event.receivedAtMs, request_position: event.position },
    name: event.type === 'group' ? null : event.name,
    group_id: event.type === 'group' ? event.name : null,
    properties: isIdentity ? null : event.properties.text,
    traits: isIdentity ? event.properties.text : null,
  };
}
