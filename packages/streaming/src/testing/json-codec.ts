import type { DecodeResult, RecordCodec } from '../ports/codec.ts';

/** Encodes any value as JSON, buffers in it too, for stages of tests whose topics are in no table. */
export class JsonCodec implements RecordCodec {
  async prepare(): Promise<void> {}

  async learn(): Promise<void> {}

  decode(_topic: string, bytes: Buffer): DecodeResult {
    try {
      return { ok: true, value: JSON.parse(bytes.toString(), revive) as unknown };
    } catch {
      return { ok: false, reason: 'undecodable', message: 'The bytes are no JSON.' };
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
