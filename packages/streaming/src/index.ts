/**
 * Stages of a stream: what they are written in (`language/`), and what runs them on Kafka and PostgreSQL. docs/streaming.md says
 * how. Tests take `@hilo/streaming/testing` instead, which runs a stage on memory.
 */
export { COMPRESSION, kafkaClient, type KafkaSecurity, refusalOf } from './adapters/kafkajs-client.ts';
export { KafkajsProducer } from './adapters/kafkajs-producer.ts';
export { KafkajsTopicWriter, type TopicWriterOptions } from './adapters/kafkajs-topic-writer.ts';
export { type Connections, connectLoader, connectStage, type Stage } from './connect.ts';
export type * from './language/input.ts';
export type * from './language/loader-logic.ts';
export type * from './language/logic.ts';
export * from './language/outcome.ts';
export { refuseUnreadableFormat } from './language/state-format.ts';
export type * from './language/topology.ts';
export type { LoaderLimits } from './loader/loader-limits.ts';
export { partitionOf } from './ports/partitioner.ts';
export { TransientFault } from './ports/retry.ts';
export type { Logger } from './ports/logger.ts';
export { SYSTEM_CLOCK } from './ports/clock.ts';
export { type OpenSpan, type SpanAttributes, TRACE_HEADER, type Tracer } from './read/tracer.ts';
export type { StageLimits } from './stage/stage-limits.ts';
export type { Origins, OriginStanding } from './time/released-origins.ts';
