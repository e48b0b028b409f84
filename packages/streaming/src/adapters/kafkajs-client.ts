import kafkajs, { type Kafka, logLevel } from 'kafkajs';
import { compressFrame, compressFrameSync, decompressFrame, decompressFrameSync } from 'lz4-napi';
import type { Logger } from '../ports/logger.ts';
import { TransientFault } from '../ports/retry.ts';
import './lean-kafkajs.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Compression of everything Hilo writes, and (by topic configuration) of everything it reads. */
export const COMPRESSION = CompressionTypes.LZ4;

/** Up to here a call in place is cheaper than waking another thread, in bytes: LZ4 takes about 50 µs for it. */
const SYNC_BYTES = 32 * 1024;

CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async ({ buffer }: { buffer: Buffer }) =>
    buffer.length > SYNC_BYTES ? compressFrame(buffer) : compressFrameSync(buffer),
  decompress: async (buffer: Buffer) =>
    buffer.length > SYNC_BYTES ? decompressFrame(buffer) : decompressFrameSync(buffer),
});

interface Login<Mechanism extends string> {
  readonly mechanism: Mechanism;
  readonly username: string;
  readonly password: string;
}

/** TLS and SASL as kafkajs takes them; absent: neither. */
export interface KafkaSecurity {
  readonly ssl: false | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: Login<'plain'> | Login<'scram-sha-256'> | Login<'scram-sha-512'>;
}

/** A kafkajs client that logs through ours. Warnings of its retries are kept: they name brokers, never data. */
export function kafkaClient(options: {
  brokers: readonly string[];
  clientId: string;
  logger: Logger;
  security?: KafkaSecurity | undefined;
}): Kafka {
  const { ssl = false, sasl } = options.security ?? {};
  return new kafkajs.Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    ssl,
    ...(sasl === undefined ? {} : { sasl: { ...sasl } }),
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      const { message, error } = entry.log as { message: string; error?: unknown };
      const fields = { kafka: entry.namespace, ...(typeof error === 'string' ? { reason: error } : {}) };
      if (entry.level === logLevel.ERROR) options.logger.warn(fields, message);
      else options.logger.info(fields, message);
    },
  });
}

/** Names of kafkajs' errors that pass when the brokers are back, also those that it marks as not to be retried. */
const PASSING_NAMES = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSBrokerNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSLockTimeout',
]);

/** Answers of brokers that are about the moment and not about what was asked, yet not marked as to be retried. */
const PASSING_TYPES = new Set([
  'BROKER_NOT_AVAILABLE',
  'STALE_BROKER_EPOCH',
  'STALE_CONTROLLER_EPOCH',
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'MEMBER_ID_REQUIRED',
]);

/** True for errors of kafkajs that pass when the broker is back, also where kafkajs has wrapped them. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('retriable' in error && error.retriable === true) return true;
  if (PASSING_NAMES.has(error.name)) return true;
  if ('type' in error && typeof error.type === 'string' && PASSING_TYPES.has(error.type)) return true;
  return error.cause !== undefined && error.cause !== error && isPassing(error.cause);
}

/** What Kafka says where it does not let us in, naming the variables; null where it is another error. */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'KafkaJSSASLAuthenticationError')
    return `Kafka refuses the user of HILO_KAFKA_SASL_USERNAME and …_PASSWORD, or HILO_KAFKA_SASL_MECHANISM: ${error.message}`;
  return error.cause === undefined || error.cause === error ? null : refusalOf(error.cause);
}

/** An error of kafkajs as the stages are told of it: `TransientFault` where it passes, else the error itself. */
export function faultOf(error: unknown): unknown {
  const refusal = refusalOf(error);
  if (refusal !== null) return new Error(refusal, { cause: error });
  return isPassing(error) ? new TransientFault('Kafka is away for now', { cause: error }) : error;
}
