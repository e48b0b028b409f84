import type { DecodeResult, RecordCodec } from '../ports/codec.ts';

/**
 * Encodes any value as JSON, buffers in it too, for stages of tests whose topics are in no table. Bytes that were decoded are not
 * decoded again: the stages of a memory log read the same buffers.
 */
export class JsonCodec implements RecordCodec {
  readonly #decoded = new WeakMap<Buffer, DecodeResult>();

  async prepare(): Promise<void> {}

  async learn(): Promise<void> {}

  decode(_topic: string, bytes: Buffer): DecodeResult {
    let decoded = this.#decoded.get(bytes);
    if (decoded === undefined) this.#decoded.set(bytes, (decoded = this.#decode(bytes)));
    return decoded;
  }

  #decode(bytes: Buffer): DecodeResult {
    try {
      const text = bytes.toString();
      return { ok: true, value: JSON.parse(text, text.includes('"Buffer"') ? revive : undefined) as unknown };
    } catch {
      return { ok: false, reason: 'undecodable', message: 'The bytes are not JSON.' };
    }
  }

  encode(_topic: string, value: object): Buffer {
    return Buffer.from(JSON.stringify(value));
  }
}

function revive(_name: string, value: unknown): unknown {
  const bytes = value as { type?: unknown; data?: unknown } | null;
  return bytes?.type === 'Buffer' && Array.isArray(bytes.data) ? Buffer.from(bytes.data as number[]) : value;
}
