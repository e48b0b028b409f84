import { type KeyedLogic, refuseUnreadableFormat, type StateCodec, type Topology } from '@hilo/streaming';
import {
  type Hit,
  LoaderRuntime,
  type MemorySink,
  MemoryStageStore,
  NO_METRICS,
  type Tally,
  TOY_LOGIC,
  type ToyState,
} from '@hilo/streaming/testing';
import { FaultyProducer, faultySink, faultyStore, SimConsumer } from './faults.ts';
import { CODEC, PARTITIONS } from './toy-upstream.ts';
import type { SimStage } from './world.ts';

/** A stage after the toy: records for each key which versions it saw. */
export const READER_TOPOLOGY: Topology = {
  stage: 'reader',
  sources: ['tallies'],
  sinks: ['reader.dead-letter'],
  deadLetter: 'reader.dead-letter',
};
export const READER_LOGIC: KeyedLogic<readonly number[], { tallies: Tally }> = {
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
  publish: (_key, state) => ({ state, outcomes: [], wakeAtMs: null }),
};

/** A loader beside them: hits and tallies into tables that are not part of any transaction. */
export function loader(sink: MemorySink): SimStage {
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
        limits: { lingerMs: 300, lingerMaxMs: 900, flushRecords: 12, flushBytes: 4_000, pollMs: 0 },
        partitions: PARTITIONS,
        tracer: null,
        build: 'simulation',
      });
      return { runtime, consumer };
    },
  };
}

/** A release of the toy that writes states of one format, and reads one format ahead. Counts what it reads of each. */
export function release(written: number, read: Map<string, number>): typeof TOY_LOGIC {
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
