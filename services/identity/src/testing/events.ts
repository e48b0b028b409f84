import type { EventAccepted } from '@hilo/schemas';
import { sampleOf } from '@hilo/schemas/samples';

/** An accepted event for tests, with these fields instead. */
export function eventOf(fields: Partial<EventAccepted>): EventAccepted {
  return sampleOf('events.accepted', fields);
}
