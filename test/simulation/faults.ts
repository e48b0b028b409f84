import type { StageProgress } from '@hilo/schemas';
import { type LoadSink, TransientFaultError } from '@hilo/streaming';
import {
  type Checkpoint,
  intercept,
  type LogConsumer,
  type LogProducer,
  type MemoryLog,
  MemoryProgressLog,
  type OutRecord,
  type Polled,
  type RawRecord,
  type StageStore,
  type ReportedCheckpoint,
  type TopicProgress,
} from '@hilo/streaming/testing';
import type { Random } from './random.ts';
import type { Actor, Scheduler } from './scheduler.ts';

/** How often calls to the outside fail; 0 in a world that heals. */
export interface Weather {
  fault: number;
  /**
   * Until when the server of all stores is unreachable, and how often another took over: connections do not outlive it.
   */
  server: { readonly unavailableUntilMs: number; readonly count: number };
  /** When outputs that their sender gave up arrive, at the latest; null: any time. */
  readonly sendsEndMs: number | null;
}

/** What a faulty port needs. */
export interface Surroundings {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly weather: Weather;
  readonly actor: Actor;
}

/** How late something may still happen after its caller gave up. */
const GHOST_MS = 20_000;

type Fault = 'none' | 'before' | 'after' | 'ghost';

/** A call to the outside: may fail before it, after it, or happen long after its caller gave up. */
async function call<T>(around: Surroundings, work: () => Promise<T>, faults: readonly Fault[]): Promise<T> {
  const { random, scheduler, weather, actor } = around;
  await scheduler.wait(actor);
  const fault = random.chance(weather.fault) ? random.pick(faults) : 'none';
  if (fault === 'before') throw new TransientFaultError('the call failed');
  if (fault === 'ghost') {
    scheduler.lateCall(GHOST_MS, () => void work().catch(() => undefined));
    throw new TransientFaultError('the connection broke');
  }
  const result = await work();
  await scheduler.wait(actor);
  if (fault === 'after') throw new TransientFaultError('the answer was lost');
  return result;
}

/** A store that is sometimes unavailable, and loses answers. */
export function faultyStore(store: StageStore, around: Surroundings): StageStore {
  const { weather, scheduler } = around;
  const connected = (work: () => Promise<unknown>) => {
    const { server } = weather;
    return async () => {
      if (weather.server !== server || scheduler.nowMs() < server.unavailableUntilMs)
        throw new TransientFaultError('the server is unavailable');
      return work();
    };
  };
  const read = (work: () => Promise<unknown>) => call(around, connected(work), ['before']);
  const write = (work: () => Promise<unknown>) => call(around, connected(work), ['before', 'after', 'ghost']);
  return intercept(store, {
    acquire: write,
    release: write,
    renew: write,
    changed: read,
    commit: write,
    leasesLeft: read,
    rows: read,
    states: read,
    due: read,
    nextDue: read,
    keysAfter: read,
    unsettled: read,
  });
}

/** A sink that is sometimes unavailable, and loses answers. */
export function faultySink(sink: LoadSink, around: Surroundings): LoadSink {
  return {
    insert: (table, rows, token) => call(around, () => sink.insert(table, rows, token), ['before', 'after', 'ghost']),
    holds: (table, position) => call(around, () => sink.holds(table, position), ['before', 'after']),
  };
}

/**
 * Appends to a memory log, partly, late, twice, or without an answer. Keeps the order in each partition of one send.
 */
export class FaultyProducer implements LogProducer {
  readonly #log: MemoryLog;
  readonly #around: Surroundings;

  constructor(log: MemoryLog, around: Surroundings) {
    this.#log = log;
    this.#around = around;
  }

  async start(): Promise<void> {}

  async send(records: readonly OutRecord[]): Promise<void> {
    const { random, scheduler, weather, actor } = this.#around;
    await scheduler.wait(actor);
    const fault = random.chance(weather.fault) ? random.pick(['before', 'part', 'after', 'twice', 'ghost']) : 'none';
    if (fault === 'before') throw new TransientFaultError('the broker is unavailable');
    if (fault === 'ghost') {
      const { sendsEndMs } = weather;
      for (const group of groupsOf(records))
        scheduler.lateCall(sendsEndMs ?? GHOST_MS, () => this.#append(group), sendsEndMs !== null);
      throw new TransientFaultError('the connection broke');
    }
    for (const group of groupsOf(records)) {
      const count = fault === 'part' ? random.between(0, group.length) : group.length;
      this.#append(group.slice(0, count));
      if (fault === 'twice') this.#append(group);
    }
    await scheduler.wait(actor);
    if (fault === 'after' || fault === 'part') throw new TransientFaultError('the acknowledgement was lost');
  }

  async reset(): Promise<void> {}

  async close(): Promise<void> {}

  #append(records: readonly OutRecord[]): void {
    for (const record of records) this.#log.append(record);
  }
}

function groupsOf(records: readonly OutRecord[]): Iterable<OutRecord[]> {
  return Map.groupBy(records, ({ topic, partition }) => `${topic}/${partition}`).values();
}

/** What share of the checkpoints is reported. */
const REPORTED = 0.5;

interface Position {
  next: number;
  consumedMs: number;
  /** What the last poll found. */
  reported: TopicProgress['reported'];
}

/** Reads a memory log, its topics and partitions in any order and in pieces of any size. */
export class SimConsumer implements LogConsumer {
  readonly #log: MemoryLog;
  readonly #topics: readonly string[];
  readonly #around: Surroundings;
  readonly #group: string;
  readonly #open = new Map<number, Map<string, Position>>();
  #assignment: readonly number[] | undefined;

  constructor(log: MemoryLog, topics: readonly string[], around: Surroundings, group: string) {
    this.#group = group;
    this.#log = log;
    this.#topics = topics;
    this.#around = around;
  }

  assign(partitions: readonly number[]): void {
    this.#assignment = partitions;
  }

  async start(): Promise<void> {}

  async poll(maxRecords: number): Promise<Polled> {
    const { random, scheduler, actor } = this.#around;
    await scheduler.wait(actor);
    const assignment = this.#assignment;
    if (assignment !== undefined) {
      this.#assignment = undefined;
      return { assignment, records: [] };
    }
    const records: RawRecord[] = [];
    const open: { topic: string; partition: number; position: Position }[] = [];
    for (const [partition, topics] of this.#open)
      for (const [topic, position] of topics) open.push({ partition, topic, position });
    for (const { partition, topic, position } of random.shuffled(open)) {
      const end = Math.min(random.between(0, maxRecords), maxRecords - records.length);
      const log = this.#log.read(topic, partition);
      const highWatermark = log.length;
      const to = Math.min(position.next + end, highWatermark);
      for (; position.next < to; position.next += 1) {
        const record = log[position.next] as RawRecord;
        records.push(record);
        position.consumedMs = Math.max(position.consumedMs, record.timestamp_ms - 1);
      }
      position.reported = { highWatermark, startedMs: scheduler.nowMs() };
      if (position.next >= highWatermark) position.consumedMs = scheduler.nowMs();
    }
    return { records };
  }

  async open(partition: number, offsets: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>> {
    const { random, scheduler, weather, actor } = this.#around;
    await scheduler.wait(actor);
    if (random.chance(weather.fault)) throw new TransientFaultError('the broker is unavailable');
    const fresh = this.#topics.map((topic): [string, Position] => [
      topic,
      { next: offsets[topic] ?? 0, consumedMs: -Infinity, reported: null },
    ]);
    this.#open.set(partition, new Map(fresh));
    return Object.fromEntries(fresh.map(([topic, { next }]) => [topic, next]));
  }

  shut(partition: number): void {
    this.#open.delete(partition);
  }

  caughtUpTo(partition: number, topics: readonly string[]): number {
    const positions = this.#open.get(partition);
    if (positions === undefined) return -Infinity;
    return Math.min(...topics.map((topic) => positions.get(topic)?.consumedMs ?? -Infinity));
  }

  progress(topic: string, partition: number): TopicProgress | null {
    const found = this.#open.get(partition)?.get(topic);
    return found === undefined ? null : { position: found.next, reported: found.reported };
  }

  lag(): [] {
    return [];
  }

  /** Sometimes reported late, so that the log knows less than the store. */
  commit(partition: number, checkpoint: Checkpoint, knownMs: number): void {
    const { random } = this.#around;
    if (random.chance(REPORTED)) this.#log.report(this.#group, partition, checkpoint, knownMs);
  }

  async reports(partitions: readonly number[]): Promise<ReadonlyMap<number, ReportedCheckpoint>> {
    return call(this.#around, async () => this.#log.reports(this.#group, partitions), ['before']);
  }

  async lastSequences(
    origins: ReadonlySet<string>,
    topics: readonly string[],
    since_ms: number,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
    return call(this.#around, async () => this.#log.lastSequences(origins, topics, since_ms), ['before']);
  }

  wakeUp(): void {}

  async close(): Promise<void> {}
}

/** How late progress may arrive, in milliseconds. */
const PROGRESS_MS = 120;

/** Progress that arrives late, out of order, twice or never; one reader's own sees it in the log's order. */
export class SimProgressLog extends MemoryProgressLog {
  readonly #around: Surroundings;

  constructor(log: MemoryLog, around: Surroundings) {
    super(log);
    this.#around = around;
  }

  override take(): readonly StageProgress[] {
    // What was published is not read at once.
    return this.#around.random.chance(0.5) ? super.take() : [];
  }

  override publish(records: readonly StageProgress[]): void {
    const { random, scheduler, weather } = this.#around;
    const fault = random.chance(weather.fault) ? random.pick(['never', 'twice', 'ghost']) : 'none';
    if (fault === 'never') return;
    const append = () => super.publish(records);
    if (fault === 'ghost') scheduler.lateCall(GHOST_MS, append);
    else scheduler.later(PROGRESS_MS, append);
    if (fault === 'twice') scheduler.later(PROGRESS_MS, append);
  }
}
