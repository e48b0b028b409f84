import type {
  DeliveryEnded,
  EventIdentified,
  EventRejected,
  MembershipChanged,
  ProfileChanged,
  ProfilesMerged,
} from '@hilo/schemas';
import { sampleOf } from '@hilo/schemas/samples';

const HAPPENED = { message_id: 'm-1', event_time: 1_760_000_000_000, decided_at: 1_760_000_000_500 };

/** Records of each topic, of October 2025, whole but for what the test says. */
export function identified(fields: Partial<EventIdentified>): EventIdentified {
  const times = { timestamp: HAPPENED.event_time, received_at: HAPPENED.decided_at };
  return sampleOf('events.identified', { profile_id: 'p_1', message_id: 'm-1', ...times, ...fields });
}

/** A merge. */
export function merged(fields: Partial<ProfilesMerged>): ProfilesMerged {
  return sampleOf('identity.merges', { merge_id: 'merge-1', absorbed: 'p_1', survivor: 'p_2', ...HAPPENED, ...fields });
}

/** The traits of a profile. */
export function changed(fields: Partial<ProfileChanged>): ProfileChanged {
  return sampleOf('profiles.changed', { profile_id: 'p_1', ...HAPPENED, ...fields });
}

/** A membership change. */
export function membership(fields: Partial<MembershipChanged>): MembershipChanged {
  return sampleOf('segments.membership', { profile_id: 'p_1', ...HAPPENED, ...fields });
}

/** The end of a delivery. */
export function delivered(fields: Partial<DeliveryEnded>): DeliveryEnded {
  const times = { created_at: HAPPENED.decided_at, ended_at: 1_760_000_000_600 };
  return sampleOf('activation.deliveries', { profile_id: 'p_1', message_id: 'm-1', ...times, ...fields });
}

/** A rejected event. */
export function rejected(fields: Partial<EventRejected>): EventRejected {
  return sampleOf('events.rejected', { message_id: 'm-1', received_at: HAPPENED.decided_at, ...fields });
}
