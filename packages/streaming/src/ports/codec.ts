/** Decoding and encoding of records by topic. */
export interface RecordCodec {
  /** Learns the schemas of the topics to be written. */
  prepare(topics: readonly string[]): Promise<void>;
  /** Learns the schemas of these values. Throws a `retriable` error when the registry can't be reached. */
  learn(values: Iterable<Buffer>): Promise<void>;
  decode(topic: string, bytes: Buffer): DecodeResult;
  encode(topic: string, value: object): Buffer;
}

/** A decoded value, or why the bytes can't be one. */
export type DecodeResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string; readonly message: string };
