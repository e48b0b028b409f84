import type { Type } from 'avsc';
import { boundedType } from './bounded-types.ts';
import { readerSchema } from './reader-schemas.ts';
import type { Decoded } from './registry-codec.ts';
import { topicNamed } from './topics.ts';

/**
 * Encodes and decodes with this build's schemas alone, without a registry: for test drivers and simulations, where one
 * build writes and reads. Bytes are plain Avro behind a zero byte, so that garbage is recognised.
 */
export class LocalCodec {
  readonly #types = new Map<string, Type>();

  async prepare(): Promise<void> {}

  async learn(): Promise<void> {}

  decode(topic: string, bytes: Buffer): Decoded {
    if (bytes[0] !== 0) return { ok: false, reason: 'not_avro', message: 'The value must start with a zero byte.' };
    try {
      return { ok: true, value: this.#type(topic).fromBuffer(bytes.subarray(1)) as object };
    } catch {
      return { ok: false, reason: 'undecodable', message: `The bytes are no record of ${topic}.` };
    }
  }

  /** Throws if the value does not fit the topic's schema. */
  encode(topic: string, value: object): Buffer {
    return Buffer.concat([Buffer.of(0), this.#type(topic).toBuffer(value)]);
  }

  #type(topic: string): Type {
    let type = this.#types.get(topic);
    if (type === undefined) {
      const { schema } = topicNamed(topic);
      if (schema === null) throw new Error(`topic ${topic} has no schema`);
      this.#types.set(topic, (type = boundedType(readerSchema(schema))));
    }
    return type;
  }
}
