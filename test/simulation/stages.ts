import type { BatchLogic, Effect, KeyedLogic, Topology } from '@hilo/streaming';
import {
  BatchRunner,
  KeyedRunner,
  MemoryStageStore,
  type MemoryTables,
  NO_METRICS,
  type RecordCodec,
  StageRuntime,
  topicsRead,
} from '@hilo/streaming/testing';
import { FaultyProducer, faultyStore, SimConsumer, SimProgressLog, type Surroundings } from './faults.ts';
import type { SimStage } from './world.ts';

/** Tables whose rows nobody checks. */
export const BLACK_HOLE: MemoryTables = { rows: () => [], write: () => true };

/** A stage of a world, with two instances, small batches and a small cache. */
export function stageOf<View, S, M extends object, Shared>(options: {
  readonly topology: Topology;
  readonly logic: BatchLogic<View, M> | KeyedLogic<S, M, Shared>;
  readonly codec: RecordCodec;
  readonly tables?: MemoryTables;
  readonly perform?: (effect: Effect, around: Surroundings) => Promise<unknown>;
}): SimStage {
  const { topology, logic, codec, tables, perform } = options;
  return {
    name: topology.stage,
    sources: topicsRead(topology),
    instances: 2,
    boot: ({ around, owner, logger, log, database }) => {
      const clock = around.scheduler.clockOf(around.actor);
      const consumer = new SimConsumer(log, topicsRead(topology), around, topology.stage);
      const cache = { maxRows: 8, maxBytes: 20_000 };
      const runtime = new StageRuntime({
        topology,
        runner: logic.kind === 'batch' ? new BatchRunner(logic, Infinity) : new KeyedRunner(logic, cache),
        handoverTopic: logic.kind === 'keyed' ? (logic.merge?.topic ?? null) : null,
        consumer,
        producer: new FaultyProducer(log, around),
        progress: new SimProgressLog(log, around),
        store: faultyStore(new MemoryStageStore({ database, clock, owner, tables }), around),
        codec,
        clock,
        metrics: NO_METRICS,
        logger,
        limits: { batchRecords: 6, batchKeys: 2, effects: 4, pollMs: 0, publishMs: 40, skewMs: 0 },
        partitions: log.partitions,
        build: 'simulation',
        effector: perform === undefined ? null : { perform: (effect) => perform(effect, around) },
        tracer: null,
      });
      return { runtime, consumer };
    },
  };
}

/** Instances of two releases in turn, as while one takes over from the other. */
export function sideBySide(one: SimStage, other: SimStage): SimStage {
  let born = 0;
  return { ...one, instances: 3, boot: (dependencies) => (born++ % 2 === 0 ? one : other).boot(dependencies) };
}
