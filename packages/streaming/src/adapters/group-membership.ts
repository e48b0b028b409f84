import type { Cluster } from 'kafkajs';
import { adoptBrokers } from './cluster-brokers.ts';

interface CoordinatingBroker {
  joinGroup: (request: { readonly memberId?: string }) => Promise<{ readonly memberId: string }>;
  leaveGroup: (request: { readonly memberId: string }) => Promise<unknown>;
}

/**
 * Lets a kafkajs consumer rejoin its group as the same member. kafkajs forgets its member id when it restarts after a
 * fault, and if its coordinator has died, it cannot leave the group either: everybody in the group would then wait for
 * a member that has ended, until its session times out. `cluster` is the one that kafkajs passes to a partition
 * assigner.
 */
export function keepMembership(cluster: Pick<Cluster, 'findBroker'>): void {
  let ownId = '';
  adoptBrokers<CoordinatingBroker>(cluster, (broker) => {
    const join = broker.joinGroup.bind(broker);
    broker.joinGroup = async (request) => {
      const { memberId = '' } = request;
      try {
        const joined = await join({ ...request, memberId: memberId === '' ? ownId : memberId });
        ownId = joined.memberId;
        return joined;
      } catch (error) {
        // kafkajs asks again, without an id.
        if (error instanceof Error && 'type' in error && error.type === 'UNKNOWN_MEMBER_ID') ownId = '';
        throw error;
      }
    };
    const leave = broker.leaveGroup.bind(broker);
    broker.leaveGroup = async (request) => {
      const left = await leave(request);
      ownId = '';
      return left;
    };
  });
}
