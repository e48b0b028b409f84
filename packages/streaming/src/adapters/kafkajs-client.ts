import kafkajs, { type Kafka, logLevel } from 'kafkajs';
import { compressFrame, compressFrameSync, decompressFrame, decompressFrameSync } from 'lz4-napi';
import type { Logger } from '../ports/logger.ts';
import { TransientFaultError } from '../ports/retry.ts';
import './patched-kafkajs.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Compression of everything that Hilo writes, and (by topic configuration) of everything that it reads. */
export const COMPRESSION = CompressionTypes.LZ4;

/**
 * Up to this many bytes, compressing on the spot is cheaper than waking another thread: LZ4 takes about 50 µs for it.
 */
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

/** A kafkajs client that logs through our logger. Keeps warnings of its retries: they name brokers, never data. */
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

/** Names of kafkajs errors that pass when the brokers are back, including those that it marks as not retriable. */
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

/** Broker errors that are about the moment and not about the request, yet are not marked as retriable. */
const PASSING_TYPES = new Set([
  'BROKER_NOT_AVAILABLE',
  'STALE_BROKER_EPOCH',
  'STALE_CONTROLLER_EPOCH',
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'MEMBER_ID_REQUIRED',
]);

/** True for kafkajs errors that pass when the broker is back, also if kafkajs has wrapped them. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('retriable' in error && error.retriable === true) return true;
  if (PASSING_NAMES.has(error.name)) return true;
  if ('type' in error && typeof error.type === 'string' && PASSING_TYPES.has(error.type)) return true;
  return error.cause !== undefined && error.cause !== error && isPassing(error.cause);
}

/** Kafka's error when it refuses the credentials, naming the variables; null for another error. */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'KafkaJSSASLAuthenticationError')
    return `Kafka refuses the user of HILO_KAFKA_SASL_USERNAME and …_PASSWORD, or HILO_KAFKA_SASL_MECHANISM: ${error.message}`;
  return error.cause === undefined || error.cause === error ? null : refusalOf(error.cause);
}

/** A kafkajs error in the form that stages handle: `TransientFaultError` if it passes, else the error itself. */
export function faultOf(error: unknown): unknown {
  const refusal = refusalOf(error);
  if (refusal !== null) return new Error(refusal, { cause: error });
  return isPassing(error) ? new TransientFaultError('Kafka is unavailable', { cause: error }) : error;
}
