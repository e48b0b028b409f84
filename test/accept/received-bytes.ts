import { RegistryCodec } from '@hilo/schemas';
import type { Credentials } from '@hilo/test-stack';
import type { Consumer } from 'kafkajs';
import { kafkaOf } from '../e2e/topic-reader.ts';

/** What became of seeded batches, read from the topics while they are written: they are too large to be kept. */
export class ReceivedBytes {
  /** Bytes in `events.received` by source and the endpoint's time, which all events of a request share. */
  readonly received = new Map<string, number>();
  /** Accepted events by the seed in their messageId, `<prefix>-<seed>-<index>`. */
  readonly accepted = new Map<number, number>();
  readonly #consumer: Consumer;
  readonly #codec: RegistryCodec;
  readonly #prefix: string;

  constructor(credentials: Credentials, prefix: string) {
    this.#prefix = `${prefix}-`;
    this.#codec = new RegistryCodec({ registryUrl: credentials.registryUrl });
    this.#consumer = kafkaOf(credentials).consumer({ groupId: `test-${prefix}`, maxWaitTimeInMs: 100 });
  }

  async start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: ['events.received', 'events.accepted'], fromBeginning: true });
    await this.#consumer.run({
      eachBatch: async ({ batch }) => {
        const values = batch.messages.flatMap(({ value }) => (value === null ? [] : [value]));
        await this.#codec.learn(values);
        for (const { key, value, headers = {} } of batch.messages) {
          if (value === null) continue;
          const around = (key?.length ?? 0) + Buffer.byteLength(JSON.stringify(headers));
          this.#note(batch.topic, value, around);
        }
      },
    });
  }

  stop(): Promise<void> {
    return this.#consumer.disconnect();
  }

  #note(topic: string, bytes: Buffer, aroundBytes: number): void {
    const decoded = this.#codec.decode(topic, bytes);
    if (!decoded.ok) throw new Error(`${topic}: ${decoded.message}`);
    const { source, message_id, received_at } = decoded.value as {
      readonly source: string;
      readonly message_id: string | null;
      readonly received_at: number;
    };
    if (topic === 'events.received') {
      const request = `${source} ${received_at}`;
      this.received.set(request, (this.received.get(request) ?? 0) + bytes.length + aroundBytes);
    } else if (message_id?.startsWith(this.#prefix) === true) {
      const seed = Number(message_id.slice(this.#prefix.length).split('-')[0]);
      this.accepted.set(seed, (this.accepted.get(seed) ?? 0) + 1);
    }
  }
}
