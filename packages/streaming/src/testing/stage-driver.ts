import { LocalCodec } from '@hilo/schemas';
import { SHARED_KEY } from '../fold/shared-states.ts';
import type { TopicTypes } from '../language/input.ts';
import type { BatchLogic, Effector, KeyedLogic, StateCodec, Statement } from '../language/logic.ts';
import { alone, type Topology } from '../language/topology.ts';
import type { RecordCodec } from '../ports/codec.ts';
import type { LogProducer, OutRecord } from '../ports/log.ts';
import { partitionOf } from '../ports/partitioner.ts';
import { ORIGIN_HEADER } from '../ports/sequence.ts';
import type { CommitResult, PartitionCommit, StageStore } from '../ports/store.ts';
import type { Tracer } from '../read/tracer.ts';
import type { StageLimits } from '../stage/stage-limits.ts';
import type { StageRuntime } from '../stage/stage-runtime.ts';
import { intercept } from './faults.ts';
import { instanceOf } from './instance.ts';
import { commitEntry, type JournalEntry, sendEntry } from './journal.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryDatabase, type MemoryTables } from './memory-stage-store.ts';
import { TurnedClock } from './turned-clock.ts';

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
  /** The clock's start, milliseconds. */
  readonly startMs: number;
  readonly partitions?: number;
  /** The stage's own tables, for a `BatchLogic` or a `project`. */
  readonly tables?: MemoryTables;
  readonly effector?: Effector;
  readonly tracer?: Tracer;
  /** How records are encoded; by default with the schemas of the topic table. */
  readonly codec?: RecordCodec;
  readonly limits?: Partial<StageLimits>;
}

/** Most turns of one `run`; a stage that needs more feeds itself forever. */
const MAX_TURNS = 10_000;

/**
 * Runs a stage without a broker or a database, with a clock that the test turns, and keeps a journal of everything it does. This
 * test is for the stage in the doc comment of `@hilo/streaming`:
 *
 * ```ts
 * import { JsonCodec, StageDriver } from '@hilo/streaming/testing';
 * import { expect, it } from 'vitest';
 * import { COUNT_VISITS, TOPOLOGY } from './count-visits.ts';
 *
 * const NOON_MS = Date.UTC(2026, 0, 1, 12);
 *
 * it('counts visits, and begins anew after a minute without one', async () => {
 *   const options = { topology: TOPOLOGY, logic: COUNT_VISITS, startMs: NOON_MS, codec: new JsonCodec(), partitions: 1 };
 *   const driver = new StageDriver(options);
 *   driver.pipe('visits', 'ada', { at_ms: NOON_MS });
 *   await driver.run();
 *   expect(driver.journal).toEqual([
 *     {
 *       kind: 'commit',
 *       states: [{ key: 'ada', state: { count: 1, endsMs: NOON_MS + 60_000, published: 1 }, due_ms: NOON_MS + 60_000 }],
 *       tables: [],
 *       checkpoint: { 0: { visits: 1 } },
 *     },
 *     { kind: 'send', records: [{ topic: 'counts', key: 'ada', value: { count: 1 } }] },
 *   ]);
 *
 *   await driver.advance(60_000);
 *   expect(driver.outputs('counts').map(({ value }) => value)).toEqual([{ count: 1 }, { count: 0 }]);
 *
 *   // What is committed is there after a kill, and what was read is not read again.
 *   driver.crash();
 *   driver.pipe('visits', 'ada', { at_ms: NOON_MS + 60_000 });
 *   await driver.run();
 *   expect(driver.outputs('counts').at(-1)).toEqual({ key: 'ada', partition: 0, value: { count: 1 } });
 * });
 * ```
 *
 * `pipe` appends a record to a source topic. `run` works until there is nothing left to do at the current time. `advance` turns
 * the clock, then runs. `outputs` returns the written records, decoded. The test's own `effector` answers effects.
 */
export class StageDriver<View, M extends TopicTypes, S, Shared> {
  /** All commits, sends and calls to the outside, in their order. */
  readonly journal: JournalEntry[] = [];
  readonly clock: TurnedClock;
  readonly #codec: RecordCodec;
  readonly #log: MemoryLog;
  readonly #database = new MemoryDatabase();
  readonly #options: DriverOptions<View, M, S, Shared>;
  #runtime: StageRuntime | null = null;
  #life = 0;
  /** Effects in flight of this life. */
  #busy = 0;

  constructor(options: DriverOptions<View, M, S, Shared>) {
    this.#options = options;
    this.#codec = options.codec ?? new LocalCodec();
    this.clock = new TurnedClock(options.startMs);
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

  /** Appends raw bytes to a source topic. */
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

  /** Runs the stage until nothing is left to do at this time. Rejects if `crash` is called meanwhile. */
  async run(): Promise<void> {
    this.#runtime ??= await this.#start();
    const runtime = this.#runtime;
    for (let quiet = 0, turns = 0; quiet < 3; turns += 1) {
      if (turns > MAX_TURNS) throw new Error('the stage does not come to rest');
      const before = this.journal.length;
      await runtime.step(0);
      // Effects answer in microtasks or the test's own timers; give them a turn of the event loop.
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

  /** What the stage wrote to a topic, decoded; dead letters as their bytes, and null where a record has no value. */
  outputs(topic: string): DrivenOutput[] {
    return this.#log
      .all(topic)
      .filter((record) => record.headers[ORIGIN_HEADER] !== undefined)
      .map(({ key, partition, value }) => ({
        key: key?.toString() ?? null,
        partition,
        value: this.#valueOf(topic, value),
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

  #valueOf(topic: string, value: Buffer | null): unknown {
    if (topic === this.#options.topology.deadLetter || value === null) return value;
    const decoded = this.#codec.decode(topic, value);
    if (!decoded.ok) throw new Error(decoded.message);
    return decoded.value;
  }

  async #start(): Promise<StageRuntime> {
    const { logic, tables, tracer, limits } = this.#options;
    const { runtime, consumer } = instanceOf({
      ...{ logic, log: this.#log, database: this.#database, clock: this.clock, codec: this.#codec, owner: 'driver' },
      ...{ tables, tracer, limits, effector: this.#counted() },
      topology: alone(this.#options.topology),
      cache: { maxRows: 10_000, maxBytes: 10_000_000 },
      around: {
        store: (store) => this.#journaledStore(store),
        producer: (producer) => this.#journaledProducer(producer),
      },
    });
    await runtime.start();
    consumer.assign(Array.from({ length: this.#log.partitions }, (_, partition) => partition));
    await runtime.step(0);
    return runtime;
  }

  #codecOf(key: string): StateCodec<unknown> {
    const { logic } = this.#options;
    const codec = logic.kind === 'keyed' ? (key === SHARED_KEY ? logic.shared?.codec : logic.codec) : undefined;
    if (codec === undefined) throw new Error('only a keyed stage has states');
    return codec;
  }

  #journaledProducer(producer: LogProducer): LogProducer {
    return intercept(producer, {
      send: async (call, [records]) => {
        await call();
        this.journal.push(sendEntry(records as readonly OutRecord[], (topic, value) => this.#valueOf(topic, value)));
      },
    });
  }

  #journaledStore(store: StageStore): StageStore {
    return intercept(store, {
      commit: async (call, [partitions, writes]) => {
        const result = (await call()) as CommitResult;
        if (result.kind === 'committed')
          this.journal.push(
            commitEntry(partitions as readonly PartitionCommit[], writes as readonly Statement[], (key) =>
              this.#codecOf(key),
            ),
          );
        return result;
      },
    });
  }

  #counted(): Effector | undefined {
    const { effector } = this.#options;
    if (effector === undefined) return undefined;
    return {
      perform: async (effect, traceparent) => {
        this.journal.push({ kind: 'effect', ...effect });
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
