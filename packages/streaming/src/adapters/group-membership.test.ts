import type { Cluster } from 'kafkajs';
import { beforeEach, expect, it } from 'vitest';
import { keepMembership } from './group-membership.ts';

/** What was asked of the coordinator, whichever broker it is: member ids, with what they were asked for. */
let asked: string[];
/** Members that the coordinator knows. */
let members: Set<string>;
let broker: {
  joinGroup(request: { memberId?: string }): Promise<{ memberId: string }>;
  leaveGroup(request: { memberId: string }): Promise<unknown>;
};

beforeEach(async () => {
  asked = [];
  members = new Set();
  const known = {
    joinGroup: async ({ memberId = '' }: { memberId?: string }) => {
      asked.push(`join as ${memberId}`);
      if (memberId !== '' && !members.has(memberId))
        throw Object.assign(new Error('nobody knows that member'), { type: 'UNKNOWN_MEMBER_ID' });
      const joined = memberId === '' ? `member-${asked.length}` : memberId;
      members.add(joined);
      return { memberId: joined };
    },
    leaveGroup: async ({ memberId }: { memberId: string }) => {
      asked.push(`leave as ${memberId}`);
      members.delete(memberId);
    },
  };
  const cluster: Pick<Cluster, 'findBroker'> = { findBroker: async () => known as never };
  keepMembership(cluster);
  // Found again, it is the same broker: nothing is done to it twice.
  await cluster.findBroker({ nodeId: '1' });
  broker = (await cluster.findBroker({ nodeId: '1' })) as unknown as typeof broker;
});

it('a consumer that begins again joins as the member that it was', async () => {
  const { memberId } = await broker.joinGroup({ memberId: '' });
  expect(await broker.joinGroup({})).toEqual({ memberId });
  expect(asked).toEqual(['join as ', `join as ${memberId}`]);
});

it('a member whose session is over joins anew', async () => {
  await broker.joinGroup({ memberId: '' });
  members.clear();
  await expect(broker.joinGroup({ memberId: '' })).rejects.toThrow('nobody knows');
  expect(await broker.joinGroup({ memberId: '' })).toEqual({ memberId: 'member-3' });
});

it('a member that has left joins anew', async () => {
  const { memberId } = await broker.joinGroup({ memberId: '' });
  await broker.leaveGroup({ memberId });
  await broker.joinGroup({ memberId: '' });
  expect(asked.at(-1)).toBe('join as ');
});
