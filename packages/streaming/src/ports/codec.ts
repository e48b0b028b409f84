/** Decodes and encodes records by topic. */
export interface RecordCodec {
  /** Learns the schemas of the topics to write. */
  prepare(topics: readonly string[]): Promise<void>;
  /** Learns the schemas of these values. Throws a `retriable` error if the registry is unavailable. */
  learn(values: Iterable<Buffer>): Promise<void>;
  decode(topic: string, bytes: Buffer): DecodeResult;
  encode(topic: string, value: object): Buffer;
}

/** A decoded value, or why the bytes are not one. */
export type DecodeResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string; readonly message: string };
