import type { SegmentDefined } from '@hilo/schemas';
import { type Connections, KafkajsTopicWriter, type TopicWriterOptions } from '@hilo/streaming';
import type { DefinitionWriter } from '../ports.ts';

/** Writes definitions to Kafka, one record to each partition. */
export class KafkajsDefinitionWriter implements DefinitionWriter {
  readonly #writer: KafkajsTopicWriter;
  readonly #partitions: number;

  constructor(options: Omit<TopicWriterOptions, 'topic' | 'client_id'> & Pick<Connections, 'partitions'>) {
    this.#partitions = options.partitions;
    this.#writer = new KafkajsTopicWriter({
      ...options,
      ...{ topic: 'segments.definitions', client_id: 'hilo-segmentation-definitions' },
    });
  }

  /** Starts to connect, so that the first record need not wait; an unavailable broker delays nobody. */
  async start(): Promise<void> {
    this.#writer.connect().catch(() => undefined);
  }

  async write(value: SegmentDefined): Promise<void> {
    const key = value.segment;
    await this.#writer.write(Array.from({ length: this.#partitions }, (_, partition) => ({ key, partition, value })));
  }

  async stop(): Promise<void> {
    await this.#writer.stop();
  }
}
