import type { MembershipChanged } from '@hilo/schemas';
import { identifiersOf, type ProfileState } from './profile-state.ts';

/** The key of a member in the topic of current members. */
export function keyOfMember({ segment, profile_id }: Pick<MembershipChanged, 'segment' | 'profile_id'>): string {
  return `${segment}/${profile_id}`;
}

const NO_MEMBERS: readonly MembershipChanged[] = [];

/**
 * Members that an earlier release published, which knew no topic of current members. Once for each profile: with its first
 * evaluation by definitions that were saved since. How they entered is no longer known, so the reason is the definition.
 */
export function membersOfEarlierRelease(before: ProfileState, after: ProfileState): readonly MembershipChanged[] {
  if (!before.evaluated || before.evaluatedRevision > 0 || after.evaluatedRevision === 0) return NO_MEMBERS;
  return [...after.memberships]
    .filter(([segment]) => before.memberships.has(segment))
    .map(([segment, { segment_version, since_ms }]) => ({
      ...{ segment, segment_version, profile_id: after.profile_id, version: after.version },
      ...{ status: 'entered', reason: 'definition', message_id: null, event_time: null },
      ...{ decided_at: since_ms, told_at: null, identifiers: identifiersOf(after), traits: after.traits.text },
      ...{ unproven: false, backfilled: true, historical: false },
    }));
}
