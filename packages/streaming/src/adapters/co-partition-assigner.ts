import { AssignerProtocol, type Assignment, type PartitionAssigner } from 'kafkajs';
import './patched-kafkajs.ts';

/**
 * Assigns the same partition number of every topic to the same member, so that a key in several topics meets in one
 * instance. Members, sorted by id, take partitions in turn.
 */
export function coPartitionAssigner(partitions: number): PartitionAssigner {
  return () => ({
    name: 'hilo-co-partition',
    version: 1,
    assign: ({ members, topics }) => {
      const sorted = members.map((member) => member.memberId).sort();
      return Promise.resolve(
        sorted.map((memberId, index) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: 1,
            assignment: assignmentOf(topics, shareOf(index, sorted.length, partitions)),
            userData: Buffer.alloc(0),
          }),
        })),
      );
    },
    protocol: ({ topics }) => ({
      name: 'hilo-co-partition',
      metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
    }),
  });
}

/** Partition numbers of the member at `index` among `members`. */
export function shareOf(index: number, members: number, partitions: number): number[] {
  const share: number[] = [];
  for (let partition = index; partition < partitions; partition += members) share.push(partition);
  return share;
}

function assignmentOf(topics: readonly string[], share: readonly number[]): Assignment {
  return Object.fromEntries(topics.map((topic) => [topic, [...share]]));
}
