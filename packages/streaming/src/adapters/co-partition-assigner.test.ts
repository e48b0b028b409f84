import fc from 'fast-check';
import { AssignerProtocol, type Cluster } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { coPartitionAssigner } from './co-partition-assigner.ts';

const TOPICS = ['a', 'b', 'c'];

async function assigned(
  members: readonly string[],
  partitions: number,
): Promise<Map<string, Record<string, number[]>>> {
  const assigner = coPartitionAssigner(partitions)({ cluster: {} as Cluster, groupId: 'g', logger: {} as never });
  const shares = await assigner.assign({
    members: members.map((memberId) => ({ memberId, memberMetadata: Buffer.alloc(0) })),
    topics: TOPICS,
  });
  return new Map(
    shares.map(({ memberId, memberAssignment }) => [
      memberId,
      { ...AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment },
    ]),
  );
}

describe('the assigner', () => {
  const members = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 9 });

  it('gives each partition to one member, with all topics, and no member two more than another', async () => {
    await fc.assert(
      fc.asyncProperty(members, fc.integer({ min: 1, max: 12 }), async (ids, partitions) => {
        const shares = await assigned(ids, partitions);
        const all = [...shares.values()];
        for (const share of all) {
          for (const topic of TOPICS) expect(share[topic]).toEqual(share['a']);
        }
        const given = all.flatMap((share) => share['a'] ?? []).sort((a, b) => a - b);
        expect(given).toEqual(Array.from({ length: partitions }, (_, partition) => partition));
        const sizes = all.map((share) => share['a']?.length ?? 0);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('gives the same whatever the order of the members', async () => {
    await fc.assert(
      fc.asyncProperty(members, async (ids) => {
        expect(await assigned(ids.toReversed(), 6)).toEqual(await assigned(ids, 6));
      }),
    );
  });
});
