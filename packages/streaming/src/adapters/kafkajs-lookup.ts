import type { Admin, Kafka } from 'kafkajs';
import { faultOf } from './kafkajs-client.ts';
import { fetchTopicIds } from './topic-ids.ts';

/**
 * What a topic's partition still has: the offset of its first record, and the one after the last record that readers
 * can see.
 */
export interface LogBounds {
  readonly low: number;
  readonly high: number;
}

/**
 * Asks the brokers about topics and groups. After a failure it uses a new connection: for minutes, kafkajs' admin
 * client keeps asking the previous leader of a partition, whatever the answer.
 */
export class KafkajsLookup {
  readonly #kafka: Kafka;
  #admin: Promise<Admin> | null = null;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  /**
   * Refuses topics with another number of partitions: keys would be in other places than expected. Ignores topics that
   * do not exist. Throws `TransientFaultError` if no broker answers.
   */
  async refuseOtherCounts(topics: readonly string[], partitions: number): Promise<void> {
    const found = await this.ask((admin) => admin.fetchTopicMetadata());
    const others = found.topics
      .filter((one) => topics.includes(one.name) && one.partitions.length !== partitions)
      .map((one) => `${one.name} has ${one.partitions.length}`)
      .sort();
    if (others.length === 0) return;
    throw new Error(`this service is set to ${partitions} partitions, but ${others.join(', ')} (HILO_PARTITIONS)`);
  }

  /** The bounds of a topic's log by partition. Throws `TransientFaultError` while a partition of it has no leader. */
  async bounds(topic: string): Promise<ReadonlyMap<number, LogBounds>> {
    const offsets = await this.ask((admin) => admin.fetchTopicOffsets(topic));
    return new Map(offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
  }

  /** Kafka's own ids of the existing topics, by name. Throws `TransientFaultError` while no broker answers. */
  async topicIds(topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return fetchTopicIds(this.#kafka, topics);
  }

  /** Asks a question. Throws `TransientFaultError` if a later try may succeed. */
  async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const connecting = (this.#admin ??= this.#connect());
    try {
      return await question(await connecting);
    } catch (error) {
      if (this.#admin === connecting) this.#admin = null;
      void disconnect(connecting);
      throw faultOf(error);
    }
  }

  async close(): Promise<void> {
    const connecting = this.#admin;
    this.#admin = null;
    if (connecting !== null) await disconnect(connecting);
  }

  async #connect(): Promise<Admin> {
    const admin = this.#kafka.admin();
    await admin.connect();
    return admin;
  }
}

/** A client that could not connect has nothing to close. */
async function disconnect(connecting: Promise<Admin>): Promise<void> {
  await connecting.then((admin) => admin.disconnect()).catch(() => undefined);
}
