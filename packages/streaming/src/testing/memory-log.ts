import type { Checkpoint } from '../ports/checkpoint.ts';
import type { Clock } from '../ports/clock.ts';
import {
  type Headers,
  type LogConsumer,
  type LogProducer,
  type OutRecord,
  type Polled,
  type RawRecord,
  type TopicProgress,
  LogTruncatedError,
} from '../ports/log.ts';
import { ORIGIN_HEADER, SEQUENCE_HEADER } from '../ports/sequence.ts';
import type { ReportedCheckpoint } from '../ports/reported-checkpoint.ts';

/** A record that an origin sent. */
interface Sent {
  readonly topic: string;
  readonly partition: number;
  readonly sequence: number;
  readonly timestamp_ms: number;
}

/** Topics in memory, for drivers and simulations. Broker time is the given clock's. */
export class MemoryLog {
  readonly partitions: number;
  readonly #clock: Clock;
  /** By topic, then partition. */
  readonly #logs = new Map<string, RawRecord[][]>();
  /** What each origin sent, in the order of the log. */
  readonly #sent = new Map<string, Sent[]>();
  /** Offsets from which the logs still have records, by `topic/partition`; absent: from the beginning. */
  readonly #starts = new Map<string, number>();
  /** Reported checkpoints, by group and partition. */
  readonly #reports = new Map<string, ReportedCheckpoint>();

  constructor(partitions: number, clock: Clock) {
    this.partitions = partitions;
    this.#clock = clock;
  }

  append(record: OutRecord): void {
    const log = this.read(record.topic, record.partition);
    const headers = Object.fromEntries(Object.entries(record.headers).map(([name, value]) => [name, bytesOf(value)]));
    const timestamp_ms = this.#clock.nowMs();
    this.#note(record, timestamp_ms);
    log.push({ ...record, headers, offset: log.length, timestamp_ms, topic_id: `id of ${record.topic}` });
  }

  /** All records of a topic's partition. */
  read(topic: string, partition: number): RawRecord[] {
    let logs = this.#logs.get(topic);
    if (logs === undefined) this.#logs.set(topic, (logs = Array.from({ length: this.partitions }, () => [])));
    return (logs[partition] ??= []);
  }

  /** Deletes the records before an offset, as retention does. They stay readable through `read`, for tests. */
  truncate(topic: string, partition: number, start: number): void {
    this.#starts.set(`${topic}/${partition}`, start);
  }

  /** The first offset that a reader can still ask for. */
  start(topic: string, partition: number): number {
    return this.#starts.get(`${topic}/${partition}`) ?? 0;
  }

  report(group: string, partition: number, { incarnation, revision, offsets }: Checkpoint, knownMs: number): void {
    this.#reports.set(`${group}/${partition}`, { incarnation, revision, offsets, knownMs });
  }

  /** No group has reported anything yet. */
  forget(group: string): void {
    for (const of of [...this.#reports.keys()]) if (of.startsWith(`${group}/`)) this.#reports.delete(of);
  }

  reports(group: string, partitions: readonly number[]): ReadonlyMap<number, ReportedCheckpoint> {
    return new Map(
      partitions.flatMap((partition) => {
        const report = this.#reports.get(`${group}/${partition}`);
        return report === undefined ? [] : [[partition, report] as const];
      }),
    );
  }

  lastSequences(
    origins: ReadonlySet<string>,
    topics: readonly string[],
    since_ms: number,
  ): ReadonlyMap<string, Readonly<Record<string, number>>> {
    const last = new Map<string, Record<string, number>>();
    for (const origin of origins) {
      const of: Record<string, number> = {};
      for (const { topic, partition, sequence, timestamp_ms } of this.#sent.get(origin) ?? []) {
        if (timestamp_ms < since_ms || !topics.includes(topic)) continue;
        const where = `${topic}/${partition}`;
        of[where] = Math.max(of[where] ?? 0, sequence);
      }
      if (Object.keys(of).length > 0) last.set(origin, of);
    }
    return last;
  }

  #note({ topic, partition, headers }: OutRecord, timestamp_ms: number): void {
    const origin = headers[ORIGIN_HEADER];
    if (origin === undefined) return;
    const sent = this.#sent.get(String(origin)) ?? [];
    this.#sent.set(String(origin), sent);
    sent.push({ topic, partition, sequence: Number(String(headers[SEQUENCE_HEADER])), timestamp_ms });
  }

  /** All records of a topic, partition after partition. */
  all(topic: string): RawRecord[] {
    return Array.from({ length: this.partitions }, (_, partition) => this.read(topic, partition)).flat();
  }
}

function bytesOf(value: Headers<string | Buffer>[string]): Headers<Buffer>[string] {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return Buffer.from(value);
  return Buffer.isBuffer(value) ? value : value.map((one) => (typeof one === 'string' ? Buffer.from(one) : one));
}

/** Writes to a memory log. */
export class MemoryProducer implements LogProducer {
  readonly #log: MemoryLog;

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  async start(): Promise<void> {}

  async send(records: readonly OutRecord[]): Promise<void> {
    for (const record of records) this.#log.append(record);
  }

  async reset(): Promise<void> {}

  async close(): Promise<void> {}
}

/** Reads a memory log; partitions are assigned by hand. */
export class MemoryConsumer implements LogConsumer {
  readonly #log: MemoryLog;
  readonly #topics: readonly string[];
  readonly #clock: Clock;
  readonly #group: string;
  readonly #open = new Map<number, Map<string, number>>();
  #assignment: readonly number[] | undefined;

  constructor(log: MemoryLog, topics: readonly string[], clock: Clock, group: string) {
    this.#group = group;
    this.#log = log;
    this.#topics = topics;
    this.#clock = clock;
  }

  assign(partitions: readonly number[]): void {
    this.#assignment = partitions;
  }

  async start(): Promise<void> {}

  async poll(maxRecords: number): Promise<Polled> {
    const assignment = this.#assignment;
    if (assignment !== undefined) {
      this.#assignment = undefined;
      return { assignment, records: [] };
    }
    const records: RawRecord[] = [];
    const truncated: LogTruncatedError[] = [];
    for (const [partition, positions] of this.#open) {
      const lost = this.#topics.find((topic) => (positions.get(topic) ?? 0) < this.#log.start(topic, partition));
      if (lost !== undefined) {
        this.shut(partition);
        truncated.push(new LogTruncatedError(partition, `${lost}/${partition} lost what was to be read next`));
        continue;
      }
      for (const topic of this.#topics) {
        const next = positions.get(topic) ?? 0;
        const found = this.#log.read(topic, partition).slice(next, next + maxRecords - records.length);
        positions.set(topic, next + found.length);
        records.push(...found);
      }
    }
    return { records, truncated };
  }

  async open(partition: number, offsets: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>> {
    const next = (topic: string) => offsets[topic] ?? this.#log.start(topic, partition);
    const lost = this.#topics.find((topic) => next(topic) < this.#log.start(topic, partition));
    if (lost !== undefined)
      throw new LogTruncatedError(partition, `${lost}/${partition} lost what was to be read next`);
    const from = this.#topics.map((topic) => [topic, next(topic)] as const);
    this.#open.set(partition, new Map(from));
    return Object.fromEntries(from);
  }

  shut(partition: number): void {
    this.#open.delete(partition);
  }

  caughtUpTo(partition: number, topics: readonly string[]): number {
    const positions = this.#open.get(partition);
    if (positions === undefined) return -Infinity;
    let caughtUpMs = this.#clock.nowMs();
    for (const topic of topics) {
      const unread = this.#log.read(topic, partition)[positions.get(topic) ?? 0];
      if (unread !== undefined) caughtUpMs = Math.min(caughtUpMs, unread.timestamp_ms - 1);
    }
    return caughtUpMs;
  }

  progress(topic: string, partition: number): TopicProgress | null {
    const position = this.#open.get(partition)?.get(topic);
    if (position === undefined) return null;
    const highWatermark = this.#log.read(topic, partition).length;
    return { position, reported: { highWatermark, startedMs: this.#clock.nowMs() } };
  }

  lag(): readonly { readonly topic: string; readonly partition: number; readonly records: number }[] {
    return [...this.#open].flatMap(([partition, positions]) =>
      [...positions].map(([topic, next]) => ({
        topic,
        partition,
        records: this.#log.read(topic, partition).length - next,
      })),
    );
  }

  commit(partition: number, checkpoint: Checkpoint, knownMs: number): void {
    this.#log.report(this.#group, partition, checkpoint, knownMs);
  }

  async reports(partitions: readonly number[]): Promise<ReadonlyMap<number, ReportedCheckpoint>> {
    return this.#log.reports(this.#group, partitions);
  }

  async lastSequences(
    origins: ReadonlySet<string>,
    topics: readonly string[],
    since_ms: number,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
    return this.#log.lastSequences(origins, topics, since_ms);
  }

  wakeUp(): void {}

  async close(): Promise<void> {}
}
