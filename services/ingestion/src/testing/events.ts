import type { EventReceived } from '@hilo/schemas';
import { sampleOf } from '@hilo/schemas/samples';

/** A valid event as a Kafka producer writes it: a track call of user u. */
export function receivedEvent(changes: Partial<EventReceived> = {}): EventReceived {
  const record = { message_id: null, event: 'Seen', user_id: 'u', received_at: null, via: 'kafka' };
  return sampleOf('events.received', { ...record, ...changes });
}
