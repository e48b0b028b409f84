import './lean-kafkajs.ts';
import kafkajs, { type Kafka, logLevel } from 'kafkajs';
import { compressFrame, compressFrameSync, decompressFrame, decompressFrameSync } from 'lz4-napi';
import type { Logger } from '../ports.ts';

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

/** A kafkajs client that logs through ours. Warnings of its retries are kept: they name brokers, never data. */
export function kafkaClient(options: { brokers: readonly string[]; clientId: string; logger: Logger }): Kafka {
  return new kafkajs.Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
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

/** True for errors of kafkajs that pass when the broker is back. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('retriable' in error && error.retriable === true) return true;
  return /^KafkaJS(ConnectionError|ConnectionClosedError|RequestTimeoutError|NumberOfRetriesExceeded|BrokerNotFound|MetadataNotLoaded|GroupCoordinatorNotFound|NoBrokerAvailableError)$/.test(
    error.name,
  );
}
