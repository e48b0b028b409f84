import type { SegmentPast } from '@hilo/schemas';
import {
  type Connections,
  kafkaClient,
  KafkajsLookup,
  KafkajsTopicWriter,
  partitionOf,
  TransientFaultError,
} from '@hilo/streaming';
import type { SettlingTopic } from '../domain/backfill.ts';
import type { BackfillLog } from '../ports.ts';

const TOPIC = 'segmentation.backfill';
const EVENTS = 'events.identified';
/** History reports to this group how far it has loaded, once that is committed. */
const HISTORY = 'hilo.history';

type Options = Pick<
  Connections,
  'kafkaBrokers' | 'kafkaSecurity' | 'registryUrl' | 'registryAuth' | 'partitions' | 'logger'
>;

/** Kafka, for backfills. */
export class KafkajsBackfillLog implements BackfillLog {
  readonly #writer: KafkajsTopicWriter;
  readonly #lookup: KafkajsLookup;
  readonly #partitions: number;

  constructor(options: Options) {
    const { kafkaBrokers: brokers, kafkaSecurity: security, logger } = options;
    const clientId = 'hilo-segmentation-backfill';
    this.#partitions = options.partitions;
    this.#writer = new KafkajsTopicWriter({ ...options, topic: TOPIC, client_id: clientId });
    this.#lookup = new KafkajsLookup(kafkaClient({ brokers, security, clientId, logger }));
  }

  async write(records: readonly SegmentPast[]): Promise<void> {
    await this.#writer.write(
      records.map((value) => {
        const key = value.profile_id;
        return { key, partition: partitionOf(key, this.#partitions), value };
      }),
    );
  }

  async writeMarks(): Promise<void> {
    const value: SegmentPast = { generation: 0, profile_id: '', part: 0, series: [] };
    await this.#writer.write(
      Array.from({ length: this.#partitions }, (_, partition) => ({ key: '', partition, value })),
    );
  }

  ends(topic: SettlingTopic): ReturnType<BackfillLog['ends']> {
    return this.#lookup.bounds(topic);
  }

  async loaded(): ReturnType<BackfillLog['loaded']> {
    const topicId = (await this.#lookup.topicIds([EVENTS])).get(EVENTS);
    if (topicId === undefined) throw new TransientFaultError(`Kafka has no topic ${EVENTS}`);
    const groups = await this.#lookup.ask((admin) => admin.fetchOffsets({ groupId: HISTORY, topics: [EVENTS] }));
    const offsets = groups.flatMap(({ partitions }) =>
      // A group that has reported nothing yet has the offset -1.
      partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))] as const),
    );
    return { topicId, offsets: new Map(offsets) };
  }

  async stop(): Promise<void> {
    await this.#writer.stop();
    await this.#lookup.close();
  }
}
