import { type RegistryAuth, RegistryCodec } from '@hilo/schemas';
import type { Logger } from '../ports/logger.ts';
import { kafkaClient, type KafkaSecurity } from './kafkajs-client.ts';
import { KafkajsProducer } from './kafkajs-producer.ts';

/** Where a writer finds Kafka and the registry. */
export interface TopicWriterOptions {
  readonly kafkaBrokers: readonly string[];
  readonly kafkaSecurity?: KafkaSecurity | undefined;
  readonly registryUrl: string;
  readonly registryAuth?: RegistryAuth | null | undefined;
  readonly logger: Logger;
  readonly topic: string;
  readonly client_id: string;
}

/** A record of the topic, by its fields. */
export interface TopicRecord {
  readonly key: string;
  readonly partition: number;
  readonly value: object;
}

/**
 * Writes to one topic that no stage writes to: requests that people made through an API. Connects when the first record
 * comes, and again after a failure. A record counts as written once all in-sync replicas have it; the records of one
 * call keep their order.
 */
export class KafkajsTopicWriter {
  readonly #topic: string;
  readonly #codec: RegistryCodec;
  readonly #producer: KafkajsProducer;
  #connecting: Promise<void> | null = null;

  constructor(options: TopicWriterOptions) {
    const { kafkaBrokers: brokers, kafkaSecurity: security, client_id: clientId, logger } = options;
    this.#topic = options.topic;
    this.#codec = new RegistryCodec(options);
    this.#producer = new KafkajsProducer(kafkaClient({ brokers, security, clientId, logger }));
  }

  /**
   * Connects if it is not connected. Rejects with `TransientFaultError` or `RegistryUnavailableError` if Kafka or the registry is
   * unavailable.
   */
  connect(): Promise<void> {
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  /**
   * Rejects as `connect`, or with `UnencodableError`; then none of the records is written, or the outcome is unknown.
   */
  async write(records: readonly TopicRecord[]): Promise<void> {
    await this.connect();
    const topic = this.#topic;
    await this.#producer.send(
      records.map(({ key, partition, value }) => ({
        ...{ topic, partition, headers: {} },
        ...{ key: Buffer.from(key), value: this.#codec.encode(topic, value) },
      })),
    );
  }

  /** Disconnects; write nothing afterwards. */
  async stop(): Promise<void> {
    await this.#producer.close();
  }

  /** Both skip what they already have. */
  async #connect(): Promise<void> {
    await this.#producer.start();
    await this.#codec.prepare([this.#topic]);
  }
}
