import type { CompactedTopic, Handover, TopicRecords } from '@hilo/schemas';
import type { FetchPatience } from './adapters/fetch-patience.ts';
import type { RecordOf } from './language/input.ts';
import type { LoaderLogic, LoadSink } from './language/loader-logic.ts';
import type { BatchLogic, Effector, KeyedInput, KeyedLogic } from './language/logic.ts';
import type { Forward } from './language/outcome.ts';
import type { Topology } from './language/topology.ts';
import type { LoaderLimits } from './loader/loader-limits.ts';
import type { StageLimits } from './stage/stage-limits.ts';

/** Topic → record, of the topics that a stage reads. Handovers are not among them: the library opens those. */
export type RecordsRead<T extends Topology> = {
  readonly [Topic in Read<T> as TopicRecords[Topic] extends Handover ? never : Topic]: TopicRecords[Topic];
};

type Read<T extends Topology> = T['sources'][number] & keyof TopicRecords;

/** A record that a stage reads: a `switch` on its `topic` narrows the type. */
export type InputOf<T extends Topology> = RecordOf<RecordsRead<T>>;

/** Anything that can reach the state of a key. */
export type KeyedInputOf<T extends Topology> = KeyedInput<RecordsRead<T>>;

/** A record that a stage writes: to no other topic than its sinks, and to each only what belongs there. */
export type OutputOf<T extends Topology> = {
  [Topic in T['sinks'][number] & keyof TopicRecords]: Forward<
    Topic,
    TopicRecords[Topic] | (Topic extends CompactedTopic ? null : never)
  >;
}[T['sinks'][number] & keyof TopicRecords];

type Batch<T extends Topology, View> = BatchLogic<View, RecordsRead<T>, OutputOf<T>>;
type Keyed<T extends Topology, S, Shared> = KeyedLogic<S, RecordsRead<T>, Shared, OutputOf<T>>;

/** What a batch stage decides. */
export type BatchLogicOf<T extends Topology, View> = Omit<Batch<T, View>, 'load' | 'writes' | 'committed'>;
/** Where a batch stage keeps its view. */
export type BatchTablesOf<T extends Topology, View> = Pick<Batch<T, View>, 'load' | 'writes'>;
/** What a keyed stage decides. */
export type KeyedLogicOf<T extends Topology, S, Shared = undefined> = Omit<
  Keyed<T, S, Shared>,
  'project' | 'note' | 'committed'
>;
/** The tables that a keyed stage writes beside its states. */
export type KeyedTablesOf<T extends Topology, S> = Pick<Keyed<T, S, unknown>, 'project' | 'note'>;
/** What a loader makes of its records. */
export type LoaderLogicOf<T extends Topology> = LoaderLogic<RecordsRead<T>>;

interface Common<T extends Topology> {
  readonly topology: T;
  /**
   * For a stage whose answers may come slightly later, so that it reads more at once; absent: as soon as there is any.
   */
  readonly fetch?: Partial<FetchPatience>;
}

/** A stage that folds: what a service runs, and what drivers and simulations run in its stead. */
export interface DefinedStage<T extends Topology, Logic> extends Common<T> {
  readonly logic: Logic;
  readonly limits?: Partial<StageLimits>;
  /** Performs what a keyed stage asks for. */
  readonly effector?: Effector;
}

/** A stage that loads rows into a store without our transactions. */
export interface DefinedLoader<T extends Topology> extends Common<T> {
  readonly logic: LoaderLogicOf<T>;
  readonly sink: LoadSink;
  readonly limits?: Partial<LoaderLimits>;
}

interface BatchDefinition<T extends Topology, View> extends Omit<DefinedStage<T, never>, 'logic' | 'effector'> {
  readonly logic: BatchLogicOf<T, View>;
  readonly tables: BatchTablesOf<T, View>;
  readonly committed?: Batch<T, View>['committed'];
}

interface KeyedDefinition<T extends Topology, S, Shared> extends Omit<DefinedStage<T, never>, 'logic'> {
  readonly logic: KeyedLogicOf<T, S, Shared>;
  readonly tables?: KeyedTablesOf<T, S>;
  readonly committed?: Keyed<T, S, Shared>['committed'];
}

/**
 * Puts a stage together: its topology, its pure logic, the tables that are committed with it, and what is counted once that is
 * durable. The topology says which records the logic gets and which it may write.
 *
 *     export const profileStage = () => defineStage({ topology: TOPOLOGY, logic: KEEP_PROFILE, tables: PROFILE_TABLES });
 */
export function defineStage<T extends Topology, View>(
  definition: BatchDefinition<T, View>,
): DefinedStage<T, Batch<T, View>>;
export function defineStage<T extends Topology, S, Shared = undefined>(
  definition: KeyedDefinition<T, S, Shared>,
): DefinedStage<T, Keyed<T, S, Shared>>;
export function defineStage<T extends Topology>(definition: DefinedLoader<T>): DefinedLoader<T>;
export function defineStage(definition: {
  readonly logic: object;
  readonly tables?: object;
  readonly committed?: unknown;
}): object {
  const { logic, tables, committed, ...rest } = definition;
  return { ...rest, logic: { ...logic, ...tables, committed } };
}
