/**
 * What tests of a stage need. `StageDriver` runs one stage in memory, with a clock that the test turns. The other exports are for
 * tests that connect several stages, or that test the library itself: in-memory stores, a toy stage, and the classes that
 * `connectStage` connects. Only tests import this.
 */
export type { MemoryTables } from './memory-stage-store.ts';
export { type JournalEntry, outlineOf } from './journal.ts';
export { rowsOf, valuesOf } from './rows-of.ts';
export { type DrivenOutput, type DriverOptions, StageDriver } from './stage-driver.ts';

export { intercept } from './faults.ts';
export { type Instance, instanceOf, SILENT } from './instance.ts';
export { JsonCodec } from './json-codec.ts';
export { MemorySink } from './loader-instance.ts';
export { MemoryLog } from './memory-log.ts';
export { MemoryProgressLog, progressIn } from './memory-progress-log.ts';
export { MemoryDatabase, MemoryStageStore } from './memory-stage-store.ts';
export { NO_METRICS } from './no-metrics.ts';
export { type Hit, type Tally, TOY_LOGIC, TOY_TOPOLOGY, type ToyState, type ToyTopics } from './toy-stage.ts';
export { TurnedClock } from './turned-clock.ts';

export { shareOf } from '../adapters/co-partition-assigner.ts';
export { KafkajsConsumer } from '../adapters/kafkajs-consumer.ts';
export { NO_PROGRESS } from '../adapters/kafkajs-progress-log.ts';
export { PostgresStageStore } from '../adapters/postgres-stage-store.ts';
export { BatchRunner } from '../fold/batch-runner.ts';
export { isWaiting, protocolOf } from '../fold/key-row.ts';
export { KeyedRunner } from '../fold/keyed-runner.ts';
export { alone, topicsRead } from '../language/topology.ts';
export { LoaderRuntime } from '../loader/loader-runtime.ts';
export { LEASE_MS } from '../partitions/owned-partition.ts';
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../ports/checkpoint.ts';
export type { Clock } from '../ports/clock.ts';
export type * from '../ports/codec.ts';
export type * from '../ports/log.ts';
export { admit, headerText, ORIGIN_HEADER, SEQUENCE_HEADER } from '../ports/sequence.ts';
export type * from '../ports/store.ts';
export type { ReportedCheckpoint } from '../ports/reported-checkpoint.ts';
export { DEFAULT_LIMITS } from '../stage/stage-limits.ts';
export { StageRuntime } from '../stage/stage-runtime.ts';
export { releaseOf } from '../time/released-origins.ts';
