import { RegistryCodec, type SegmentDefined } from '@hilo/schemas';
import { COMPRESSION, kafkaClient, type Logger } from '@hilo/streaming';
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

  constructor(options: {
    readonly brokers: readonly string[];
    readonly registry_url: string;
    readonly partitions: number;
    readonly logger: Logger;
  }) {
    this.#codec = new RegistryCodec({ registry_url: options.registry_url });
    this.#partitions = options.partitions;
    const clientId = 'hilo-segmentation-definitions';
    const kafka = kafkaClient({ brokers: options.brokers, clientId, logger: options.logger });
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
