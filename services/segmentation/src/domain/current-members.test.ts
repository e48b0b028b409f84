import { describe, expect, it } from 'vitest';
import { keyOfMember, membersOfEarlierRelease } from './current-members.ts';
import { newProfile, type ProfileState } from './profile-state.ts';

const MEMBERSHIPS = new Map([['vip', { segment_version: 3, since_ms: 5 }]]);
const EARLIER: ProfileState = { ...newProfile('p_a'), evaluated: true, memberships: MEMBERSHIPS, version: 7 };
const AFTER: ProfileState = {
  ...EARLIER,
  evaluatedRevision: 1,
  version: 8,
  memberships: new Map([...MEMBERSHIPS, ['new', { segment_version: 1, since_ms: 9 }]]),
};

describe('members that an earlier release published', () => {
  it('are written with the first evaluation by definitions that were saved since, without those who enter by it', () => {
    const members = membersOfEarlierRelease(EARLIER, AFTER);
    expect(members).toMatchObject([
      {
        ...{ segment: 'vip', segment_version: 3, profile_id: 'p_a', version: 8, status: 'entered' },
        ...{ reason: 'definition', decided_at: 5, backfilled: true },
      },
    ]);
    expect(members.map(keyOfMember)).toEqual(['vip/p_a']);
  });

  it.each<[string, ProfileState, ProfileState]>([
    ['once', AFTER, AFTER],
    ['not while no definition was saved', EARLIER, EARLIER],
    ['not for a new profile', newProfile('p_b'), AFTER],
    ['not for those who leave by it', EARLIER, { ...AFTER, memberships: new Map() }],
  ])('are written %s', (_when, before, after) => {
    expect(membersOfEarlierRelease(before, after)).toEqual([]);
  });
});
