/**
 * Runs stages of a stream on Kafka and PostgreSQL (docs/streaming.md). You write a stage as a topology and a logic, neither of
 * which does any I/O:
 *
 * ```ts
 * import { forward, type KeyedLogic, type Topology } from '@hilo/streaming';
 *
 * export const TOPOLOGY: Topology = {
 *   stage: 'counter',
 *   sources: ['visits'],
 *   sinks: ['counts', 'counter.dead-letter'],
 *   deadLetter: 'counter.dead-letter',
 * };
 *
 * interface Topics {
 *   readonly visits: { readonly at_ms: number };
 * }
 *
 * interface Visits {
 *   readonly count: number;
 *   readonly endsMs: number;
 *   // What was published last: only what differs from it is published.
 *   readonly published: number;
 * }
 *
 * // Counts the visits of each key, and begins anew a minute after the last one.
 * export const COUNT_VISITS: KeyedLogic<Visits, Topics> = {
 *   kind: 'keyed',
 *   codec: {
 *     encode: (state) => Buffer.from(JSON.stringify(state)),
 *     decode: (bytes) => JSON.parse(bytes.toString()) as Visits,
 *   },
 *   keyOf: ({ key }) => key ?? '',
 *   initial: () => ({ count: 0, endsMs: 0, published: 0 }),
 *   apply: (state, input, { momentMs }) => {
 *     const count = momentMs >= state.endsMs ? 0 : state.count;
 *     if (input.kind !== 'record') return { state: { ...state, count } };
 *     return { state: { ...state, count: count + 1, endsMs: input.value.at_ms + 60_000 } };
 *   },
 *   publish: (key, state) => ({
 *     state: { ...state, published: state.count },
 *     outcomes: state.count === state.published ? [] : [forward('counts', key, { count: state.count })],
 *     wakeAtMs: state.count === 0 ? null : state.endsMs,
 *   }),
 * };
 * ```
 *
 * `connectStage({ topology: TOPOLOGY, logic: COUNT_VISITS }, connections)` runs it. Each visit counts once, also if the process is
 * killed. `defineStage` adds the tables of a stage, and takes the types of records from the topic table.
 * To run it in a test, use `StageDriver` of `@hilo/streaming/testing`; its doc comment shows how.
 */
export { COMPRESSION, kafkaClient, type KafkaSecurity, refusalOf } from './adapters/kafkajs-client.ts';
export { KafkajsProducer } from './adapters/kafkajs-producer.ts';
export { KafkajsTopicWriter, type TopicWriterOptions } from './adapters/kafkajs-topic-writer.ts';
export { KafkajsLookup, type LogBounds } from './adapters/kafkajs-lookup.ts';
export {
  type AskedKeys,
  readStageSnapshot,
  type SnapshotCodecs,
  type SnapshotQuery,
  type StageSnapshot,
  type StandingKey,
} from './adapters/stage-snapshot.ts';
export { type TopicBounds, topicBounds } from './adapters/topic-bounds.ts';
export { type Connections, connectStage, type Stage } from './connect.ts';
export * from './define-stage.ts';
export { columnsOf } from './language/columns-of.ts';
export type * from './language/input.ts';
export type * from './language/loader-logic.ts';
export type * from './language/logic.ts';
export * from './language/outcome.ts';
export { refuseUnreadableFormat } from './language/state-format.ts';
export type * from './language/topology.ts';
export type { LoaderLimits } from './loader/loader-limits.ts';
export { partitionOf } from './ports/partitioner.ts';
export { TransientFaultError } from './ports/retry.ts';
export type { Logger } from './ports/logger.ts';
export { SYSTEM_CLOCK } from './ports/clock.ts';
export { type OpenSpan, type SpanAttributes, TRACE_HEADER, type Tracer } from './read/tracer.ts';
export type { StageLimits } from './stage/stage-limits.ts';
export type { Origins, OriginStanding } from './time/released-origins.ts';
