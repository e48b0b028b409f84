import type { Cluster } from 'kafkajs';

/** Passes each broker that a kafkajs cluster finds to `adopt`, once, before anybody uses it. */
export function adoptBrokers<Broker>(
  cluster: Pick<Cluster, 'findBroker'>,
  adopt: (broker: Broker, nodeId: number) => void,
): void {
  const findBroker = cluster.findBroker.bind(cluster);
  const adopted = new WeakSet<object>();
  cluster.findBroker = async (node) => {
    const broker = await findBroker(node);
    if (!adopted.has(broker)) {
      adopted.add(broker);
      adopt(broker as unknown as Broker, Number(node.nodeId));
    }
    return broker;
  };
}
