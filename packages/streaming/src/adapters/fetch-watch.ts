import type { Cluster } from 'kafkajs';
import { adoptBrokers } from './cluster-brokers.ts';

/** A topic's partition as a fetch asks for it. */
export interface AskedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Takes in what a broker answered: `high_watermarks` by topic and partition. */
export type TakeAnswer = (high_watermark: (topic: string, partition: number) => number | undefined) => void;

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
 * Tells of each fetch of a kafkajs consumer what was asked and what the broker answered of each partition. kafkajs keeps
 * that to itself where no record came. `cluster` is the one that it hands to a partition assigner; `asked` is called as a
 * fetch begins, and what it hands back once the fetch is answered, before any record of it is handed on. A fetch that
 * fails, in one of its partitions or altogether, is not answered.
 */
export function watchFetches(
  cluster: Pick<Cluster, 'findBroker'>,
  asked: (node_id: number, partitions: readonly AskedPartition[]) => TakeAnswer,
): void {
  adoptBrokers<FetchingBroker>(cluster, (broker, node_id) => watchBroker(broker, node_id, asked));
}

function watchBroker(
  broker: FetchingBroker,
  node_id: number,
  asked: (node_id: number, partitions: readonly AskedPartition[]) => TakeAnswer,
): void {
  const fetch = broker.fetch.bind(broker);
  broker.fetch = async (request) => {
    const answered = asked(
      node_id,
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
