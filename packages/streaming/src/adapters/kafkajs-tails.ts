import type { Cluster, Kafka } from 'kafkajs';
import type { Headers } from '../ports/log.ts';
import { headerText, ORIGIN_HEADER, SEQUENCE_HEADER } from '../ports/sequence.ts';
import { faultOf } from './kafkajs-client.ts';
import type { KafkajsLookup } from './kafkajs-lookup.ts';

/** Most of the latest records of a partition to scan: what a second or a minute brings. */
const MOST_RECORDS = 20_000;
const FETCH_BYTES = 4 * 1024 * 1024;
const PARTITION_BYTES = 1024 * 1024;
const FETCH_WAIT_MS = 100;

/** A topic's partition, and the range of its records still to read. */
interface Tail {
  readonly topic: string;
  readonly partition: number;
  next: number;
  readonly end: number;
}

interface FetchedMessage {
  readonly offset: string;
  readonly headers?: Headers<Buffer>;
}

interface FetchingBroker {
  fetch(request: {
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly topicName: string;
      readonly partitions: readonly { readonly partition: number; readonly messages: readonly FetchedMessage[] }[];
    }[];
  }>;
}

/**
 * Reads the last records of logs, outside any group, over its own connections: a consumer's may be waiting for a fetch
 * that finds nothing.
 */
export class KafkajsTails {
  readonly #kafka: Kafka;
  readonly #lookup: KafkajsLookup;

  constructor(kafka: Kafka, lookup: KafkajsLookup) {
    this.#kafka = kafka;
    this.#lookup = lookup;
  }

  /** As `LogConsumer.lastSequences`. */
  async lastSequences(
    origins: ReadonlySet<string>,
    topics: readonly string[],
    since_ms: number,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
    const tails = (await Promise.all(topics.map((topic) => this.#tailsOf(topic, since_ms)))).flat();
    const last = new Map<string, Record<string, number>>();
    if (tails.length === 0) return last;
    await this.#read(tails, topics, ({ topic, partition }, { headers }) => {
      const origin = headerText(headers ?? {}, ORIGIN_HEADER);
      if (!origins.has(origin)) return;
      const of = last.get(origin) ?? {};
      last.set(origin, of);
      const where = `${topic}/${partition}`;
      of[where] = Math.max(of[where] ?? 0, Number(headerText(headers ?? {}, SEQUENCE_HEADER)) || 0);
    });
    return last;
  }

  async #tailsOf(topic: string, since_ms: number): Promise<Tail[]> {
    const bounds = await this.#lookup.bounds(topic);
    const since =
      since_ms > 0
        ? await this.#lookup.ask((admin) => admin.fetchTopicOffsetsByTimestamp(topic, Math.floor(since_ms)))
        : [];
    return [...bounds].flatMap(([partition, { low, high }]) => {
      const from = Number(since.find((one) => one.partition === partition)?.offset ?? 0);
      const next = Math.max(low, high - MOST_RECORDS, from);
      return next < high ? [{ topic, partition, next, end: high }] : [];
    });
  }

  async #read(tails: readonly Tail[], topics: readonly string[], take: TakeMessage): Promise<void> {
    let cluster: Cluster | undefined;
    // An assigner receives a consumer's connections. This one joins no group.
    const consumer = this.#kafka.consumer({
      groupId: 'hilo.never-joined',
      partitionAssigners: [
        (config) => {
          cluster = config.cluster;
          return { name: 'none', version: 0, assign: async () => [], protocol: () => NO_PROTOCOL };
        },
      ],
    });
    try {
      await consumer.connect();
      if (cluster === undefined) throw new Error('kafkajs made no assigner');
      await cluster.addMultipleTargetTopics([...topics]);
      for (let left = tails; left.length > 0; left = left.filter(({ next, end }) => next < end)) {
        if ((await readOnce(cluster, left, take)) === 0) break;
      }
    } catch (error) {
      throw faultOf(error);
    } finally {
      await consumer.disconnect().catch(() => undefined);
    }
  }
}

type TakeMessage = (tail: Tail, message: FetchedMessage) => void;
const NO_PROTOCOL = { name: 'none', metadata: Buffer.alloc(0) };

/** One fetch from each broker that leads one of these. Returns how many records came; zero: the logs have no more. */
async function readOnce(cluster: Cluster, tails: readonly Tail[], take: TakeMessage): Promise<number> {
  const byLeader = Map.groupBy(tails, ({ topic, partition }) => leaderOf(cluster, topic, partition));
  const counts = await Promise.all(
    [...byLeader].map(async ([nodeId, led]) => {
      const broker = (await cluster.findBroker({ nodeId })) as unknown as FetchingBroker;
      const { responses } = await broker.fetch({
        maxWaitTime: FETCH_WAIT_MS,
        minBytes: 1,
        maxBytes: FETCH_BYTES,
        isolationLevel: 0,
        topics: led.map(({ topic, partition, next }) => ({
          topic,
          partitions: [{ partition, fetchOffset: String(next), maxBytes: PARTITION_BYTES }],
        })),
      });
      let count = 0;
      for (const { topicName, partitions } of responses) {
        for (const { partition, messages } of partitions) {
          const tail = led.find((one) => one.topic === topicName && one.partition === partition);
          if (tail === undefined) continue;
          for (const message of messages) {
            const offset = Number(message.offset);
            if (offset < tail.next) continue;
            take(tail, message);
            tail.next = offset + 1;
            count += 1;
          }
        }
      }
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function leaderOf(cluster: Cluster, topic: string, partition: number): string {
  const found = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition);
  return String(found?.leader ?? -1);
}
