import { RegistryCodec, type SegmentDefined } from '@hilo/schemas';
import { type Connections, COMPRESSION, kafkaClient } from '@hilo/streaming';
import type { Producer } from 'kafkajs';
import type { DefinitionWriter } from '../ports.ts';
import { DEFINITIONS_TOPIC } from '../topology.ts';

/** All replicas must have a record before it counts as written. */
const ALL_REPLICAS = -1;

/** Writes definitions with kafkajs, one record to each partition. */
export class KafkajsDefinitionWriter implements DefinitionWriter {
  readonly #codec: RegistryCodec;
  readonly #producer: Producer;
  readonly #partitions: number;
  #connected: Promise<unknown> | null = null;

  constructor(
    options: Pick<
      Connections,
      'kafka_brokers' | 'kafka_security' | 'registry_url' | 'registry_auth' | 'partitions' | 'logger'
    >,
  ) {
    this.#codec = new RegistryCodec(options);
    this.#partitions = options.partitions;
    const clientId = 'hilo-segmentation-definitions';
    const { kafka_brokers: brokers, kafka_security: security, logger } = options;
    const kafka = kafkaClient({ brokers, security, clientId, logger });
    this.#producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
  }

  /** Begins to connect, so that the first record need not wait for it; a broker that is away holds up nobody. */
  async start(): Promise<void> {
    this.#connect().catch(() => undefined);
  }

  async write(record: SegmentDefined): Promise<void> {
    await this.#connect();
    const value = this.#codec.encode(DEFINITIONS_TOPIC, record);
    const messages = Array.from({ length: this.#partitions }, (_, partition) => ({
      key: record.segment,
      value,
      partition,
    }));
    await this.#producer.send({ topic: DEFINITIONS_TOPIC, acks: ALL_REPLICAS, compression: COMPRESSION, messages });
  }

  async stop(): Promise<void> {
    await this.#producer.disconnect();
  }

  async #connect(): Promise<void> {
    this.#connected ??= Promise.all([this.#producer.connect(), this.#codec.prepare([DEFINITIONS_TOPIC])]);
    try {
      await this.#connected;
    } catch (error) {
      this.#connected = null;
      throw error;
    }
  }
}
