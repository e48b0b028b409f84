import type { EventIdentified, MembershipChanged, ProfilesMerged } from '@hilo/schemas';
import { sampleOf } from '@hilo/schemas/samples';

/** An identify call of profile `p_a`, with these fields instead. */
export function identifiedOf(fields: Partial<EventIdentified>): EventIdentified {
  return sampleOf('events.identified', { type: 'identify', event: null, ...fields });
}

/** The notice that `p_b` was merged into `p_a`, with these fields replaced. */
export function mergeOf(fields: Partial<ProfilesMerged>): ProfilesMerged {
  return sampleOf('identity.merges', fields);
}

/** Profile `p_a` entered the segment `vip`, with these fields replaced. */
export function membershipOf(fields: Partial<MembershipChanged>): MembershipChanged {
  return sampleOf('segments.membership', {
    segment: 'vip',
    message_id: null,
    event_time: 5_000,
    decided_at: 6_000,
    ...fields,
  });
}
