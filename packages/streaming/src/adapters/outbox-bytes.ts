import { compressFrameSync, decompressFrameSync } from 'lz4-napi';

/** Smaller bodies gain too little. */
const WORTH_BYTES = 512;

/** First bytes of an LZ4 frame. A plain body begins with the length of a topic's name, which is never that large. */
const MAGIC = 0x184d2204;

/**
 * The bytes of an outbox row as the database stores them: outputs of a batch resemble each other, and shrink to a
 * quarter.
 */
export function shrink(body: Buffer): Buffer {
  return body.length < WORTH_BYTES ? body : compressFrameSync(body);
}

/** The bytes that `shrink` received; plain ones as they are. */
export function restore(stored: Buffer): Buffer {
  return stored.length >= 4 && stored.readUInt32LE(0) === MAGIC ? decompressFrameSync(stored) : stored;
}
