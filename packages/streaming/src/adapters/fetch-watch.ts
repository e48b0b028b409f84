import type { Cluster } from 'kafkajs';
import { adoptBrokers } from './cluster-brokers.ts';

/** A partition of a topic in a fetch request. */
export interface AskedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Receives a broker's answer: `high_watermarks` by topic and partition. */
export type TakeAnswer = (highWatermark: (topic: string, partition: number) => number | undefined) => void;

interface FetchRequest {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly { readonly partition: number; readonly highWatermark: string }[];
  }[];
}

interface FetchingBroker {
  fetch: (request: FetchRequest) => Promise<FetchResponse>;
}

/**
 * Observes each fetch of a kafkajs consumer: what it asked for, and the broker's answer for each partition. kafkajs
 * does not report answers without records. `cluster` is the one that it passes to a partition assigner. `asked` is
 * called as a fetch begins; the function that it returns is called with the answer, before any of its records is passed
 * on. A fetch that fails, in one partition or altogether, gets no answer.
 */
export function watchFetches(
  cluster: Pick<Cluster, 'findBroker'>,
  asked: (nodeId: number, partitions: readonly AskedPartition[]) => TakeAnswer,
): void {
  adoptBrokers<FetchingBroker>(cluster, (broker, nodeId) => watchBroker(broker, nodeId, asked));
}

function watchBroker(
  broker: FetchingBroker,
  nodeId: number,
  asked: (nodeId: number, partitions: readonly AskedPartition[]) => TakeAnswer,
): void {
  const fetch = broker.fetch.bind(broker);
  broker.fetch = async (request) => {
    const answered = asked(
      nodeId,
      request.topics.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, fetchOffset }) => ({ topic, partition, offset: Number(fetchOffset) })),
      ),
    );
    const response = await fetch(request);
    answered((topic, partition) => {
      const found = response.responses
        .filter(({ topicName }) => topicName === topic)
        .flatMap(({ partitions }) => partitions)
        .find((one) => one.partition === partition);
      return found === undefined ? undefined : Number(found.highWatermark);
    });
    return response;
  };
}
