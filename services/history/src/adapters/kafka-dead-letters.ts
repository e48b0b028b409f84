import { randomUUID } from 'node:crypto';
import { TOPICS } from '@hilo/schemas';
import { type Logger, problem } from '@hilo/service';
import { type Connections, kafkaClient } from '@hilo/streaming';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import { type DeadLetter, type DeadLetterCount, deadLetterOf } from '../domain/dead-letter.ts';
import type { DeadLetterReader } from '../ports.ts';

const SUFFIX = '.dead-letter';
/** The latest ones of a partition that are looked at. */
const LOOKED_AT = 25;
/** What was read is good for this long: however many look, Kafka is asked once. */
const KEPT_MS = 5_000;
const READ_WITHIN_MS = 10_000;

interface Span {
  readonly low: number;
  readonly high: number;
}

interface Kept<T> {
  readonly read_at_ms: number;
  readonly value: Promise<T>;
}

/** Looks at the ends of the dead-letter topics; takes nothing away from them and commits nothing. */
export class KafkaDeadLetters implements DeadLetterReader {
  readonly stages = TOPICS.flatMap(({ name }) => (name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : []));
  readonly #kafka: Kafka;
  readonly #kept = new Map<string, Kept<unknown>>();

  constructor(options: Pick<Connections, 'kafka_brokers' | 'kafka_security'> & { readonly logger: Logger }) {
    const { kafka_brokers: brokers, kafka_security: security, logger } = options;
    this.#kafka = kafkaClient({ brokers, security, clientId: 'hilo-history-dead-letters', logger });
  }

  counts(): Promise<readonly DeadLetterCount[]> {
    return this.#once('', async () => {
      const topics = this.stages.map((stage) => stage + SUFFIX);
      const spans = await this.#spans(topics);
      return this.stages.map((stage) => {
        const topic = stage + SUFFIX;
        const count = [...(spans.get(topic)?.values() ?? [])].reduce((sum, { low, high }) => sum + high - low, 0);
        return { stage, topic, count };
      });
    });
  }

  latest(stage: string): Promise<readonly DeadLetter[]> {
    return this.#once(stage, async () => {
      const topic = stage + SUFFIX;
      const spans = (await this.#spans([topic])).get(topic) ?? new Map<number, Span>();
      const letters = await this.#read(topic, spans);
      return letters.toSorted((a, b) => ((a.failed_at ?? '') < (b.failed_at ?? '') ? 1 : -1));
    });
  }

  #once<T>(name: string, read: () => Promise<T>): Promise<T> {
    const now_ms = performance.now();
    const kept = this.#kept.get(name);
    if (kept !== undefined && now_ms - kept.read_at_ms < KEPT_MS) return kept.value as Promise<T>;
    const value = read().catch((error: unknown) => {
      this.#kept.delete(name);
      throw isOurs(error)
        ? error
        : problem(503, 'unavailable', 'Kafka does not answer for now. Try again in a moment.');
    });
    this.#kept.set(name, { read_at_ms: now_ms, value });
    return value;
  }

  /** What each partition of these topics holds, where it holds anything. */
  async #spans(topics: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<number, Span>>> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      const found = new Map<string, ReadonlyMap<number, Span>>();
      for (const topic of topics) {
        const offsets = await admin.fetchTopicOffsets(topic);
        const spans = offsets.map(
          ({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }] as const,
        );
        found.set(topic, new Map(spans.filter(([, { low, high }]) => high > low)));
      }
      return found;
    } finally {
      await admin.disconnect();
    }
  }

  async #read(topic: string, spans: ReadonlyMap<number, Span>): Promise<DeadLetter[]> {
    if (spans.size === 0) return [];
    const left = new Map([...spans].map(([partition, { high }]) => [partition, high]));
    const letters: DeadLetter[] = [];
    const { promise: all, resolve } = Promise.withResolvers<void>();
    const consumer = this.#kafka.consumer({
      groupId: `hilo.history.dead-letters.${randomUUID()}`,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 100,
      maxBytesPerPartition: 256 * 1024,
    });
    const eachBatch = async ({ batch }: EachBatchPayload): Promise<void> => {
      const { partition, messages } = batch;
      const end = left.get(partition);
      if (end === undefined) return;
      for (const { offset, key, value, headers = {} } of messages) {
        const texts = Object.entries(headers).map(([name, content]) => [name, String(content)] as const);
        const from = Math.max(0, end - LOOKED_AT);
        if (Number(offset) < from || Number(offset) >= end) continue;
        letters.push(
          deadLetterOf({ partition, offset: Number(offset), key, value, headers: Object.fromEntries(texts) }),
        );
      }
      if (Number(batch.lastOffset()) + 1 >= end) left.delete(partition);
      if (left.size === 0) resolve();
    };
    const timer = setTimeout(resolve, READ_WITHIN_MS);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: false });
      await consumer.run({ autoCommit: false, eachBatch });
      for (const [partition, { low, high }] of spans)
        consumer.seek({ topic, partition, offset: String(Math.max(low, high - LOOKED_AT)) });
      await all;
    } finally {
      clearTimeout(timer);
      await consumer.disconnect();
    }
    return letters;
  }
}

/** A bug must not look as if Kafka were away. */
function isOurs(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError].some((bug) => error instanceof bug);
}
