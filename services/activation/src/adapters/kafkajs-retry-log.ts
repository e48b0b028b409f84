import { RegistryCodec, type RetryAsked } from '@hilo/schemas';
import { COMPRESSION, type Connections, kafkaClient, partitionOf } from '@hilo/streaming';
import { type RetryLog, RetryLogAway } from '../ports.ts';

const TOPIC = 'activation.retries';
/** All replicas must have a record before it counts as kept. */
const ALL_REPLICAS = -1;
/** A caller waits no longer for Kafka. */
const DEADLINE_MS = 8_000;

/** What the log is written with. */
export interface RetryLogOptions
  extends Pick<
    Connections,
    'kafka_brokers' | 'kafka_security' | 'registry_url' | 'registry_auth' | 'partitions' | 'logger'
  > {
  /** How long Kafka may take, milliseconds. */
  readonly deadline_ms?: number;
}

/** Writes retries with kafkajs, each to the partition of its profile. Connects when the first one is asked for. */
export class KafkajsRetryLog implements RetryLog {
  readonly #options: RetryLogOptions;
  readonly #codec: RegistryCodec;
  readonly #producer: ReturnType<ReturnType<typeof kafkaClient>['producer']>;
  #connected: Promise<unknown> | null = null;

  constructor(options: RetryLogOptions) {
    const { kafka_brokers: brokers, kafka_security: security, logger } = options;
    this.#options = options;
    this.#codec = new RegistryCodec(options);
    const kafka = kafkaClient({ brokers, security, clientId: 'hilo-activation-retries', logger });
    this.#producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
  }

  async append(retries: readonly RetryAsked[]): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new RetryLogAway('Kafka did not answer in time')),
      this.#options.deadline_ms ?? DEADLINE_MS,
    );
    try {
      await Promise.race([this.#send(retries), late]);
    } catch (error) {
      if (error instanceof RetryLogAway) throw error;
      this.#options.logger.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'Kafka took no retries');
      throw new RetryLogAway('Kafka is away', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    await this.#producer.disconnect();
  }

  async #send(retries: readonly RetryAsked[]): Promise<void> {
    await this.#connect();
    const messages = retries.map((retry) => ({
      key: retry.profile_id,
      value: this.#codec.encode(TOPIC, retry),
      partition: partitionOf(retry.profile_id, this.#options.partitions),
    }));
    await this.#producer.send({ topic: TOPIC, acks: ALL_REPLICAS, compression: COMPRESSION, messages });
  }

  async #connect(): Promise<void> {
    this.#connected ??= Promise.all([this.#producer.connect(), this.#codec.prepare([TOPIC])]);
    try {
      await this.#connected;
    } catch (error) {
      this.#connected = null;
      throw error;
    }
  }
}
