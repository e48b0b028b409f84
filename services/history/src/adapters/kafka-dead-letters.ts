import { TOPICS } from '@hilo/schemas';
import { type Logger, problem } from '@hilo/service';
import { type Connections, kafkaClient, KafkajsProducer, type TopicBounds, topicBounds } from '@hilo/streaming';
import type { Admin, IHeaders, Kafka } from 'kafkajs';
import { type DeadLetterCount, deadLetterOf, type ListedDeadLetter } from '../domain/dead-letter.ts';
import {
  type DeadLetterPlace,
  type DeadLetterReplay,
  deadLettersOf,
  nameOf,
  refusalOf,
  replaysOf,
  type ReplayState,
  standingOf,
} from '../domain/dead-letter-replay.ts';
import type { DeadLetters, ReplayOutcome } from '../ports.ts';
import { type Place, type PlacedRecord, readPlaces } from './read-places.ts';

const SUFFIX = deadLettersOf('');
/** Latest dead letters of a partition that are read. */
const DEAD_LETTERS_LOOKED_AT = 25;
const REPLAYS_LOOKED_AT = 100;
/** How long a reading stays valid: however many people look, Kafka is asked once. */
const KEPT_MS = 5_000;
const LIMITS = { withinMs: 10_000, maxBytes: 16 * 1024 * 1024 };
/** How long a partition may be without a leader: less than a reading may take. */
const LEADER = { withinMs: 5_000 };
const GROUP = 'hilo.history.dead-letters';

/** The offsets in a partition, from `low` up to but not including `high`. */
interface Span {
  readonly low: number;
  readonly high: number;
}

type Spans = ReadonlyMap<number, Span>;

interface Kept<T> {
  readonly readAtMs: number;
  readonly value: Promise<T>;
}

/**
 * Reads the dead-letter topics without consuming or committing anything. Replays a dead letter by copying its record
 * unchanged to its stage's replay topic.
 */
export class KafkaDeadLetters implements DeadLetters {
  readonly stages = TOPICS.flatMap(({ name }) => (name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : []));
  readonly #kafka: Kafka;
  readonly #kept = new Map<string, Kept<unknown>>();

  constructor(options: Pick<Connections, 'kafkaBrokers' | 'kafkaSecurity'> & { readonly logger: Logger }) {
    const { kafkaBrokers: brokers, kafkaSecurity: security, logger } = options;
    this.#kafka = kafkaClient({ brokers, security, clientId: 'hilo-history-dead-letters', logger });
  }

  counts(): Promise<readonly DeadLetterCount[]> {
    return this.#once('', async () => {
      const bounds = await topicBounds(this.#kafka, this.stages.map(deadLettersOf), LEADER);
      return this.stages.map((stage) => {
        const topic = deadLettersOf(stage);
        const spans = spansOf(bounds, topic);
        return { stage, topic, count: [...spans.values()].reduce((sum, { low, high }) => sum + high - low, 0) };
      });
    });
  }

  latest(stage: string): Promise<readonly ListedDeadLetter[]> {
    return this.#once(stage, async () => {
      const ends = await this.#ends(stage);
      const records = await this.#read(stage, [
        ...latestOf(deadLettersOf(stage), ends.deadLetters, DEAD_LETTERS_LOOKED_AT),
        ...latestOf(replaysOf(stage), ends.replays, REPLAYS_LOOKED_AT),
      ]);
      const replays = replaysAmong(records, stage, ends.processed);
      const deadLetters = records
        .filter(({ topic }) => topic === deadLettersOf(stage))
        .map((record) => ({ ...record, headers: textsOf(record.headers) }));
      const again = new Set(deadLetters.flatMap(({ headers }) => headers['hilo-replay-of'] ?? []));
      return deadLetters
        .map((deadLetter) => {
          const replay = replays.get(nameOf(deadLetter));
          const replayed_at = replay === undefined ? null : new Date(replay.at_ms).toISOString();
          return { ...deadLetterOf(deadLetter), replay: standingOf(deadLetter, stage, replay, again), replayed_at };
        })
        .toSorted((a, b) => ((a.failed_at ?? '') < (b.failed_at ?? '') ? 1 : -1));
    });
  }

  async replay(stage: string, places: readonly DeadLetterPlace[]): Promise<readonly ReplayOutcome[]> {
    try {
      const ends = await this.#ends(stage);
      const topic = deadLettersOf(stage);
      const isThere = ({ partition, offset }: DeadLetterPlace): boolean => {
        const span = ends.deadLetters.get(partition);
        return span !== undefined && offset >= span.low && offset < span.high;
      };
      const records = await this.#read(stage, [
        ...latestOf(replaysOf(stage), ends.replays, REPLAYS_LOOKED_AT),
        ...places.filter(isThere).map((place) => ({ topic, ...place })),
      ]);
      const deadLetters = new Map(
        records.flatMap((one) => (one.topic === topic ? [[placeOf(one), one] as const] : [])),
      );
      const judged = places.map((place) => {
        const deadLetter = deadLetters.get(placeOf(place));
        return { place, deadLetter, isThere: isThere(place) };
      });
      const names = new Set(replaysAmong(records, stage, ends.processed).keys());
      const sent: PlacedRecord[] = [];
      const outcomes = judged.map(({ place, deadLetter, isThere: found }): ReplayOutcome => {
        const state = deadLetter === undefined ? (found ? 'left_out' : 'not_found') : stateOf(deadLetter, stage, names);
        if (deadLetter !== undefined && state === 'sent') sent.push(deadLetter);
        return { ...place, state };
      });
      await this.#send(stage, sent);
      return outcomes;
    } catch (error) {
      throw unavailableUnlessOurs(error);
    } finally {
      this.#kept.delete(stage);
    }
  }

  async #send(stage: string, deadLetters: readonly PlacedRecord[]): Promise<void> {
    if (deadLetters.length === 0) return;
    const producer = new KafkajsProducer(this.#kafka);
    try {
      await producer.send(
        // The same partition: there the stage keeps the state of the record's key.
        deadLetters.map(({ partition, key, value, headers }) => ({
          ...{ topic: replaysOf(stage), partition, key, value, headers },
        })),
      );
    } finally {
      await producer.close();
    }
  }

  #once<T>(name: string, read: () => Promise<T>): Promise<T> {
    const nowMs = performance.now();
    const kept = this.#kept.get(name);
    if (kept !== undefined && nowMs - kept.readAtMs < KEPT_MS) return kept.value as Promise<T>;
    const value = read().catch((error: unknown) => {
      this.#kept.delete(name);
      throw unavailableUnlessOurs(error);
    });
    this.#kept.set(name, { readAtMs: nowMs, value });
    return value;
  }

  #read(stage: string, places: readonly Place[]): Promise<readonly PlacedRecord[]> {
    return readPlaces(this.#kafka, places, GROUP, { ...LIMITS, headersOf: replaysOf(stage) });
  }

  /** What a stage's two topics contain, and how far it has processed its replays. */
  async #ends(stage: string): Promise<{ deadLetters: Spans; replays: Spans; processed: ReadonlyMap<number, number> }> {
    const topic = replaysOf(stage);
    const offsets = await this.#withAdmin((admin) => admin.fetchOffsets({ groupId: `hilo.${stage}`, topics: [topic] }));
    const processed = offsets.flatMap(({ partitions }) =>
      partitions.map(({ partition, offset }) => [partition, Number(offset)] as const),
    );
    const bounds = await topicBounds(this.#kafka, [deadLettersOf(stage), topic], LEADER);
    return {
      processed: new Map(processed),
      deadLetters: spansOf(bounds, deadLettersOf(stage)),
      replays: spansOf(bounds, topic),
    };
  }

  async #withAdmin<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      return await ask(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** What each non-empty partition of a topic contains. */
function spansOf(bounds: TopicBounds, topic: string): Spans {
  return new Map([...(bounds.get(topic) ?? [])].filter(([, { low, high }]) => high > low));
}

function latestOf(topic: string, spans: Spans, count: number): readonly Place[] {
  return [...spans].flatMap(([partition, { low, high }]) => {
    const from = Math.max(low, high - count);
    return Array.from({ length: high - from }, (_, n) => ({ topic, partition, offset: from + n }));
  });
}

/** The replays among the records read, by the names of their dead letters: the first of each, which counts. */
function replaysAmong(
  records: readonly PlacedRecord[],
  stage: string,
  processed: ReadonlyMap<number, number>,
): ReadonlyMap<string, DeadLetterReplay> {
  const replays = new Map<string, DeadLetterReplay>();
  const found = records.filter(({ topic }) => topic === replaysOf(stage)).toSorted((a, b) => b.offset - a.offset);
  for (const { partition, offset, headers, at_ms } of found)
    replays.set(nameOf({ headers: textsOf(headers) }), {
      at_ms,
      isProcessed: offset < (processed.get(partition) ?? 0),
    });
  return replays;
}

/** `names`: replayed dead letters; adds this dead letter's name. */
function stateOf({ partition, headers }: PlacedRecord, stage: string, names: Set<string>): ReplayState {
  const deadLetter = { partition, headers: textsOf(headers) };
  const refusal = refusalOf(deadLetter, stage);
  if (refusal !== null) return refusal;
  if (names.has(nameOf(deadLetter))) return 'replayed_before';
  names.add(nameOf(deadLetter));
  return 'sent';
}

function textsOf(headers: IHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, String(content)]));
}

function placeOf({ partition, offset }: DeadLetterPlace): string {
  return `${partition}/${offset}`;
}

/** A bug must not look like an unavailable Kafka. */
function unavailableUnlessOurs(error: unknown): unknown {
  if ([TypeError, RangeError, ReferenceError].some((bug) => error instanceof bug)) return error;
  return problem('unavailable', 'Kafka does not answer for now. Try again in a moment: no letter counts twice.');
}
