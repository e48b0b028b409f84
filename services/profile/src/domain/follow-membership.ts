import type { MembershipChanged } from '@hilo/schemas';
import type { ProfileState } from './profile-state.ts';

/** Records that the profile entered or left a segment. Records of an absorbed profile, and repeats, change nothing. */
export function followMembership(state: ProfileState, record: MembershipChanged): ProfileState {
  if (record.profile_id !== state.profile_id || record.version <= state.segments_version) return state;
  const segments = new Map(state.segments);
  if (record.status === 'entered')
    segments.set(record.segment, {
      segment_version: record.segment_version,
      // As segmentation publishes it for its members: when it was decided, not when the deciding event happened.
      since_ms: record.decided_at,
    });
  else segments.delete(record.segment);
  return { ...state, segments, segments_version: record.version };
}
