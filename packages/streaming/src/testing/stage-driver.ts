import { LocalCodec } from '@hilo/schemas';
import { BatchRunner } from '../fold/batch-runner.ts';
import type { Effector, BatchLogic, KeyedLogic } from '../language/logic.ts';
import type { TopicTypes } from '../language/input.ts';
import { KeyedRunner } from '../fold/keyed-runner.ts';
import { MemoryConsumer, MemoryLog, MemoryProducer } from './memory-log.ts';
import { MemoryDatabase, MemoryStageStore, type MemoryTables } from './memory-stage-store.ts';
import { TurnedClock } from './turned-clock.ts';
import { MemoryProgressLog } from './memory-progress-log.ts';
import { NO_METRICS } from './no-metrics.ts';
import { partitionOf } from '../ports/partitioner.ts';
import type { RecordCodec } from '../ports/codec.ts';
import type { PartitionCommit, StageStore } from '../ports/store.ts';
import type { OutRecord } from '../ports/log.ts';
import { ORIGIN_HEADER } from '../ports/sequence.ts';
import { DEFAULT_LIMITS, type StageLimits } from '../stage/stage-limits.ts';
import { StageRuntime } from '../stage/stage-runtime.ts';
import { alone, type Topology, topicsRead } from '../language/topology.ts';
import type { Tracer } from '../read/tracer.ts';

/** One effect of a stage on the world, in the order in which they happened. */
export type JournalEntry =
  | { readonly kind: 'commit'; readonly partitions: readonly number[]; readonly writes: readonly string[] }
  | { readonly kind: 'send'; readonly topics: readonly string[] }
  | { readonly kind: 'effect'; readonly id: string };

/** A record that a stage wrote. */
export interface DrivenOutput {
  readonly key: string | null;
  readonly partition: number;
  readonly value: unknown;
}

/** Options of a driver. */
export interface DriverOptions<View, M extends TopicTypes, S, Shared> {
  readonly topology: Topology;
  readonly logic: BatchLogic<View, M> | KeyedLogic<S, M, Shared>;
  /** Where the clock stands at first, milliseconds. */
  readonly start_ms: number;
  readonly partitions?: number;
  /** The stage's own tables, for a `BatchLogic` or a `project`. */
  readonly tables?: MemoryTables;
  readonly effector?: Effector;
  readonly tracer?: Tracer;
  /** How records are encoded; without it by the schemas of the topic table. */
  readonly codec?: RecordCodec;
  readonly limits?: Partial<StageLimits>;
}

/** Most turns of one `run`; a stage that needs more feeds itself for ever. */
const MAX_TURNS = 10_000;

/** Runs a stage without a broker and without a database, with a clock that tests turn, and keeps a journal of all it does. */
export class StageDriver<View, M extends TopicTypes, S, Shared> {
  readonly journal: JournalEntry[] = [];
  readonly clock: TurnedClock;
  readonly #codec: RecordCodec;
  readonly #log: MemoryLog;
  readonly #database = new MemoryDatabase();
  readonly #options: DriverOptions<View, M, S, Shared>;
  #runtime: StageRuntime | null = null;
  #life = 0;
  /** Effects under way of this life. */
  #busy = 0;

  constructor(options: DriverOptions<View, M, S, Shared>) {
    this.#options = options;
    this.#codec = options.codec ?? new LocalCodec();
    this.clock = new TurnedClock(options.start_ms);
    this.#log = new MemoryLog(options.partitions ?? 2, this.clock);
  }

  /** Appends a record to a source topic. */
  pipe<T extends keyof M & string>(
    topic: T,
    key: string,
    value: M[T] & object,
    partition?: number,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    this.pipeBytes(topic, key, this.#codec.encode(topic, value), partition, headers);
  }

  /** Appends bytes as they are to a source topic. */
  pipeBytes(
    topic: string,
    key: string,
    value: Buffer | null,
    partition?: number,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const target = partition ?? partitionOf(key, this.#log.partitions);
    this.#log.append({ topic, partition: target, key: Buffer.from(key), value, headers });
  }

  /** Runs the stage until nothing is left to do at this time. Rejects where `crash` is called meanwhile. */
  async run(): Promise<void> {
    this.#runtime ??= await this.#start();
    const runtime = this.#runtime;
    for (let quiet = 0, turns = 0; quiet < 3; turns += 1) {
      if (turns > MAX_TURNS) throw new Error('the stage does not come to rest');
      const before = this.journal.length;
      await runtime.step(0);
      // Effects answer in microtasks or timers of the test's own; give them a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#runtime !== runtime) throw new Error('the instance was killed');
      quiet = this.journal.length === before && this.#busy === 0 ? quiet + 1 : 0;
    }
  }

  /** Turns the clock and runs. */
  async advance(ms: number): Promise<void> {
    this.clock.turn(ms);
    await this.run();
  }

  /** Ends the instance without tidying up, as a kill would. The next `run` starts another on what is durable. */
  crash(): void {
    this.#runtime = null;
    this.#life += 1;
    this.#busy = 0;
  }

  /** What the stage wrote to a topic, decoded; dead letters as their bytes. */
  outputs(topic: string): DrivenOutput[] {
    return this.#log
      .all(topic)
      .filter((record) => record.headers[ORIGIN_HEADER] !== undefined)
      .map(({ key, partition, value }) => ({
        key: key?.toString() ?? null,
        partition,
        value: topic === this.#options.topology.deadLetter ? value : this.#decoded(topic, value),
      }));
  }

  /** Headers of what the stage wrote to a topic, as text. */
  headers(topic: string): Record<string, string>[] {
    return this.#log
      .all(topic)
      .map(({ headers }) =>
        Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString() ?? ''])),
      );
  }

  #decoded(topic: string, value: Buffer | null): unknown {
    const decoded = this.#codec.decode(topic, value ?? Buffer.alloc(0));
    if (!decoded.ok) throw new Error(decoded.message);
    return decoded.value;
  }

  async #start(): Promise<StageRuntime> {
    const { logic, tables } = this.#options;
    const topology = alone(this.#options.topology);
    const { clock } = this;
    const consumer = new MemoryConsumer(this.#log, topicsRead(topology), clock, topology.stage);
    const store = new MemoryStageStore({ database: this.#database, clock, owner: 'driver', tables });
    const runtime = new StageRuntime({
      topology,
      runner:
        logic.kind === 'batch'
          ? new BatchRunner(logic)
          : new KeyedRunner(logic, { max_rows: 10_000, max_bytes: 10_000_000 }),
      handover_topic: logic.kind === 'keyed' ? (logic.merge?.topic ?? null) : null,
      consumer,
      producer: new MemoryProducer(this.#log, undefined, (records) => this.#noteSend(records)),
      store: this.#journaled(store),
      codec: this.#codec,
      clock,
      metrics: NO_METRICS,
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      progress: new MemoryProgressLog(this.#log),
      limits: { ...DEFAULT_LIMITS, publish_ms: 0, skew_ms: 0, ...this.#options.limits },
      partitions: this.#log.partitions,
      build: 'test',
      effector: this.#counted(),
      tracer: this.#options.tracer ?? null,
    });
    await runtime.start();
    consumer.assign(Array.from({ length: this.#log.partitions }, (_, partition) => partition));
    await runtime.step(0);
    return runtime;
  }

  #noteSend(records: readonly OutRecord[]): void {
    this.journal.push({ kind: 'send', topics: records.map((record) => record.topic) });
  }

  #journaled(store: MemoryStageStore): StageStore {
    const commit = store.commit.bind(store);
    store.commit = async (partitions: readonly PartitionCommit[], writes) => {
      const result = await commit(partitions, writes);
      if (result.kind === 'committed') {
        const names = writes.map((write) => write.name);
        this.journal.push({ kind: 'commit', partitions: partitions.map((p) => p.partition), writes: names });
      }
      return result;
    };
    return store;
  }

  #counted(): Effector | null {
    const effector = this.#options.effector;
    if (effector === undefined) return null;
    return {
      perform: async (effect, traceparent) => {
        this.journal.push({ kind: 'effect', id: effect.id });
        const life = this.#life;
        this.#busy += 1;
        try {
          return await effector.perform(effect, traceparent);
        } finally {
          if (life === this.#life) this.#busy -= 1;
        }
      },
    };
  }
}
