import { describe, expect, it } from 'vitest';
import type { KeyedLogic, StateCodec } from '../../packages/streaming/src/logic.ts';
import { LoaderRuntime } from '../../packages/streaming/src/loader-runtime.ts';
import { MemoryStageStore } from '../../packages/streaming/src/memory/memory-stage-store.ts';
import { NO_METRICS } from '../../packages/streaming/src/metrics.ts';
import { partitionOf } from '../../packages/streaming/src/partitioner.ts';
import { JsonCodec } from '../../packages/streaming/src/testing/json-codec.ts';
import { MemorySink } from '../../packages/streaming/src/testing/loader-instance.ts';
import {
  type Hit,
  type Tally,
  TOY_LOGIC,
  TOY_TOPOLOGY,
  type ToyState,
} from '../../packages/streaming/src/testing/toy-stage.ts';
import { refuseUnreadableFormat } from '../../packages/streaming/src/state-format.ts';
import type { Topology } from '../../packages/streaming/src/topology.ts';
import { FaultyProducer, faultySink, faultyStore, SimConsumer } from './faults.ts';
import { forEachSeed } from './runs.ts';
import { stageOf } from './stages.ts';
import { once } from './wire.ts';
import { type SimStage, START_MS, World } from './world.ts';

const PARTITIONS = 4;
const CODEC = new JsonCodec();

/** A stage after the toy: notes of each key which versions it saw. */
const READER_TOPOLOGY: Topology = {
  stage: 'reader',
  sources: ['tallies'],
  sinks: ['reader.dead-letter'],
  deadLetter: 'reader.dead-letter',
};
const READER_LOGIC: KeyedLogic<readonly number[], { tallies: Tally }> = {
  kind: 'keyed',
  codec: {
    encode: (versions) => Buffer.from(JSON.stringify(versions)),
    decode: (bytes) => JSON.parse(bytes.toString()) as number[],
  },
  keyOf: ({ value }) => value.key,
  initial: () => [],
  apply: (versions, input) => ({
    state: input.kind === 'record' && input.value.cause !== 'farewell' ? [...versions, input.value.version] : versions,
  }),
  publish: (_key, state) => ({ state, outcomes: [], wake_at_ms: null }),
};

/** A loader beside them: hits and tallies into tables that are no part of any transaction. */
function loader(sink: MemorySink): SimStage {
  const topology = { stage: 'loader', sources: ['hits', 'tallies'], sinks: [], deadLetter: 'loader.dead-letter' };
  return {
    name: topology.stage,
    sources: topology.sources,
    instances: 2,
    boot: ({ around, owner, logger, log, database }) => {
      const clock = around.scheduler.clockOf(around.actor);
      const consumer = new SimConsumer(log, topology.sources, around, topology.stage);
      const runtime = new LoaderRuntime<{ hits: Hit; tallies: Tally }>({
        topology,
        logic: { kind: 'loader', rows: ({ topic, value }) => [{ table: topic, row: value }] },
        sink: faultySink(sink, around),
        consumer,
        producer: new FaultyProducer(log, around),
        store: faultyStore(new MemoryStageStore({ database, clock, owner }), around),
        codec: CODEC,
        clock,
        metrics: NO_METRICS,
        logger,
        limits: { linger_ms: 300, linger_max_ms: 900, flush_records: 12, flush_bytes: 4_000, poll_ms: 0 },
        partitions: PARTITIONS,
        tracer: null,
        build: 'simulation',
      });
      return { runtime, consumer };
    },
  };
}

function checkTables(world: World, sink: MemorySink, upstream: Upstream): void {
  expect(
    sink
      .rows('hits')
      .map((row) => (row as Hit).id)
      .sort(),
  ).toEqual([...upstream.hits.keys()].sort());
  const names = (tallies: readonly object[]) => tallies.map((tally) => JSON.stringify(tally)).sort();
  expect(names(sink.rows('tallies'))).toEqual(names(once<Tally>(world, 'tallies', CODEC)));
}

/** Hits of a few keys, merges of keys that name each other before or after, a bar that moves. */
class Upstream {
  readonly hits = new Map<string, { key: string; until_ms: number | undefined }>();
  readonly survivors = new Map<string, string>();
  /** Absorbed keys by the hit that told of it. */
  readonly named = new Map<string, string>();
  bar = 1;
  readonly #world: World;
  readonly #keys = Array.from({ length: 20 }, (_, index) => `k${index}`);

  constructor(world: World) {
    this.#world = world;
  }

  survivorOf(key: string): string {
    const next = this.survivors.get(key);
    return next === undefined ? key : this.survivorOf(next);
  }

  act(): void {
    const { random } = this.#world;
    if (random.chance(0.05)) this.#moveBar(random.between(1, 3));
    else if (random.chance(0.06)) this.#merge();
    else this.#hit(random.pick(this.#keys), {});
  }

  #hit(key: string, more: Partial<Hit>): void {
    const { random, scheduler } = this.#world;
    const id = `h${this.hits.size}`;
    const until_ms = random.chance(0.6) ? scheduler.now_ms() + random.between(1, 30_000) : undefined;
    this.hits.set(id, { key, until_ms });
    for (const merge_id of more.merged ?? []) this.named.set(id, merge_id.slice(2));
    this.#append('hits', key, { id, ...(until_ms === undefined ? {} : { until_ms }), ...more });
  }

  /** The notice to the absorbed key and the record that names it travel apart; hits for it may still come after. */
  #merge(): void {
    const { random, scheduler } = this.#world;
    const [survivor, absorbed] = random.shuffled(this.#keys.filter((key) => !this.survivors.has(key)));
    if (survivor === undefined || absorbed === undefined) return;
    this.survivors.set(absorbed, survivor);
    const merge_id = `m-${absorbed}`;
    scheduler.later(3_000, () => this.#append('merges', absorbed, { merge_id, survivor }));
    scheduler.later(3_000, () => this.#hit(survivor, { merged: [merge_id] }));
  }

  /** Moves the bar several times in a row, so that a move meets the sweep of the one before. */
  #moveBar(times: number): void {
    const { random, scheduler } = this.#world;
    if (times > 1) scheduler.later(300, () => this.#moveBar(times - 1));
    this.bar = random.between(1, 4);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      this.#append('bars', 'bar', { least: this.bar }, partition);
    }
  }

  #append(topic: string, key: string, value: object, partition = partitionOf(key, PARTITIONS)): void {
    const bytes = CODEC.encode(topic, value);
    this.#world.log.append({ topic, partition, key: Buffer.from(key), value: bytes, headers: {} });
  }
}

function stateOf<S>(world: World, name: string, key: string): S | null {
  const body = world.database(name).states.get(`${partitionOf(key, PARTITIONS)}/${key}`)?.body ?? null;
  return body === null ? null : (JSON.parse(body.toString()) as S);
}

function checkStates(world: World, upstream: Upstream): void {
  const expected = new Map<string, Record<string, number>>();
  for (const [id, { key }] of upstream.hits) {
    const survivor = upstream.survivorOf(key);
    expected.set(survivor, { ...expected.get(survivor), [id]: 1 });
  }
  for (const [key, hits] of expected) {
    const state = stateOf<ToyState>(world, 'toy', key);
    expect(state?.hits, key).toEqual(hits);
    expect(state?.ends_ms, `${key} has nothing left to end`).toEqual([]);
  }
  for (const absorbed of upstream.survivors.keys()) expect(stateOf(world, 'toy', absorbed), absorbed).toBe(null);
}

function checkTallies(world: World, upstream: Upstream): void {
  const byKey = Object.groupBy(once<Tally>(world, 'tallies', CODEC), ({ key }) => key);
  const farewells = new Map(
    Object.values(byKey).flatMap((tallies = []) =>
      tallies.filter(({ cause }) => cause === 'farewell').map((tally) => [tally.key, tally.hits] as const),
    ),
  );
  for (const [key, tallies = []] of Object.entries(byKey)) {
    const said = tallies.filter(({ cause }) => cause !== 'farewell');
    expect(
      said.map(({ version }) => version),
      `versions of ${key}`,
    ).toEqual(said.map((_, index) => index + 1));
    for (const tally of said) checkWhole(tally, farewells, upstream);
    const left = farewells.has(key);
    expect(tallies.length - said.length, `farewells of ${key}`).toBe(upstream.survivors.has(key) ? 1 : 0);
    if (left) expect(tallies.at(-1)?.cause, `the last of ${key}`).toBe('farewell');
    else checkLast(world, key, said.at(-1), upstream);
    for (const [index, tally] of said.entries()) checkTime(world, tally, said[index - 1], upstream);
    expect(stateOf<number[]>(world, 'reader', key), `what was read of ${key}`).toEqual(said.map((one) => one.version));
  }
}

/** Whoever knows of a merge says nothing without what was absorbed. */
function checkWhole(tally: Tally, farewells: ReadonlyMap<string, Tally['hits']>, upstream: Upstream): void {
  for (const id of Object.keys(tally.hits)) {
    const absorbed = upstream.named.get(id);
    const brought = Object.keys((absorbed === undefined ? undefined : farewells.get(absorbed)) ?? {});
    const missing = brought.filter((one) => tally.hits[one] === undefined);
    expect(
      missing,
      `hits of ${absorbed} in version ${tally.version} of ${tally.key}, which knows of the merge`,
    ).toEqual([]);
  }
}

function checkLast(world: World, key: string, last: Tally | undefined, upstream: Upstream): void {
  const state = stateOf<ToyState>(world, 'toy', key);
  expect(last?.hits, `last of ${key}`).toEqual(state?.hits);
  expect(last?.live, `live of ${key}`).toBe(state?.lasting);
  expect(last?.big, `size of ${key}`).toBe((state?.lasting ?? 0) >= upstream.bar);
}

/** The key, and those that a record named before this time as absorbed by it, and by those. */
function keysKnownBy(world: World, survivor: string, before_ms: number, upstream: Upstream): ReadonlySet<string> {
  const named = world.log
    .read('hits', partitionOf(survivor, PARTITIONS))
    .filter(({ key, timestamp_ms }) => String(key) === survivor && timestamp_ms < before_ms)
    .flatMap(({ value }) => upstream.named.get((JSON.parse(String(value)) as Hit).id) ?? []);
  return new Set([survivor, ...named.flatMap((key) => [...keysKnownBy(world, key, before_ms, upstream)])]);
}

/** When the key's partition was told that another absorbed it: what comes for it long after may count late. */
function absorbedAt(world: World, absorbed: string): number {
  const notices = world.log.read('merges', partitionOf(absorbed, PARTITIONS));
  return notices.find(({ key }) => String(key) === absorbed)?.timestamp_ms ?? Infinity;
}

/** Nothing ends early, and nothing ends by time while records from before that time are unread. */
function checkTime(world: World, tally: Tally, before: Tally | undefined, upstream: Upstream): void {
  const endsOf = (hits: Tally['hits']) =>
    Object.entries(hits).flatMap(([id, count]) =>
      Array<number>(count).fill(upstream.hits.get(id)?.until_ms ?? Infinity),
    );
  const live = endsOf(tally.hits).filter((end) => end > tally.at_ms).length;
  // A key that was absorbed may come from a partition that was ahead, and leave behind what had ended there.
  const merged = [...upstream.survivors].some((pair) => pair.includes(tally.key));
  if (!merged) expect(tally.live, `live of ${tally.key} in version ${tally.version}`).toBe(live);
  if (before === undefined) return;
  const ended = endsOf(before.hits).filter((end) => end > before.at_ms && end <= tally.at_ms);
  const first = Math.min(...ended);
  const keys = keysKnownBy(world, tally.key, first, upstream);
  const unread = [...keys]
    .flatMap((key) => world.log.read('hits', partitionOf(key, PARTITIONS)))
    .filter(({ key, timestamp_ms }) => keys.has(String(key)) && timestamp_ms < first && ended.length > 0)
    .filter(({ key, timestamp_ms }) => String(key) === tally.key || timestamp_ms < absorbedAt(world, String(key)))
    .map(({ value }) => (JSON.parse(String(value)) as Hit).id)
    .filter((id) => tally.hits[id] === undefined);
  expect(unread, `unread hits of ${tally.key} when version ${tally.version} let one end`).toEqual([]);
}

/** A release of the toy that writes states of one format, and reads one format ahead. Counts what it reads of each. */
function release(written: number, read: Map<string, number>): typeof TOY_LOGIC {
  const codec: StateCodec<ToyState> = {
    encode: (state) =>
      Buffer.from(JSON.stringify({ ...state, format: written, ...(written > 1 ? { added: true } : {}) })),
    decode: (bytes) => {
      const {
        format,
        added: _added,
        ...state
      } = JSON.parse(bytes.toString()) as ToyState & {
        format: number;
        added?: boolean;
      };
      refuseUnreadableFormat('the toy', format, written);
      const what = `${format} by ${written}`;
      read.set(what, 1 + (read.get(what) ?? 0));
      return state;
    },
  };
  return { ...TOY_LOGIC, codec };
}

/** Instances of two releases in turn, as while one takes over from the other. */
function sideBySide(one: SimStage, other: SimStage): SimStage {
  let born = 0;
  return { ...one, instances: 3, boot: (parts) => (born++ % 2 === 0 ? one : other).boot(parts) };
}

async function live(world: World): Promise<Upstream> {
  const upstream = new Upstream(world);
  for (let turn = 0; turn < 4_000; turn += 1) {
    if (world.random.chance(0.04)) upstream.act();
    await world.chaos();
  }
  await world.settle();
  world.scheduler.pass(60_000);
  await world.settle();
  expect(world.scheduler.now_ms()).toBeGreaterThan(START_MS);
  return upstream;
}

describe('simulation: a stage with merges, timers and sweeps, one after it, and a loader', () => {
  it('ends as a naive fold of its inputs, whatever happens on the way', { timeout: 600_000 }, async () => {
    await forEachSeed(12, async (seed, watch) => {
      const sink = new MemorySink();
      const stages = [
        stageOf({ topology: TOY_TOPOLOGY, logic: TOY_LOGIC, codec: CODEC }),
        stageOf({ topology: READER_TOPOLOGY, logic: READER_LOGIC, codec: CODEC }),
        loader(sink),
      ];
      const world = new World({ seed, partitions: PARTITIONS, stages });
      watch(world);
      const upstream = await live(world);
      checkStates(world, upstream);
      checkTallies(world, upstream);
      checkTables(world, sink, upstream);
    });
  });

  it('ends so, too, while instances of two releases run side by side', { timeout: 600_000 }, async () => {
    const read = new Map<string, number>();
    await forEachSeed(6, async (seed, watch) => {
      const toy = (written: number) => stageOf({ topology: TOY_TOPOLOGY, logic: release(written, read), codec: CODEC });
      const reader = stageOf({ topology: READER_TOPOLOGY, logic: READER_LOGIC, codec: CODEC });
      const world = new World({ seed, partitions: PARTITIONS, stages: [sideBySide(toy(1), toy(2)), reader] });
      watch(world);
      const upstream = await live(world);
      checkStates(world, upstream);
      checkTallies(world, upstream);
    });
    // Each read what the other wrote: the older one, one format ahead.
    expect([...read.keys()].sort()).toEqual(['1 by 1', '1 by 2', '2 by 1', '2 by 2']);
  });
});
