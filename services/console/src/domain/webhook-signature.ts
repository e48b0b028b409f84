import { createHmac, timingSafeEqual } from 'node:crypto';

/** The signed parts of a webhook call. */
export interface SignedCall {
  readonly body: Buffer;
  /** `t=<seconds since the epoch>,v1=<hex>`. */
  readonly signature: string;
  readonly secret: string;
  readonly nowMs: number;
}

/** A call signed longer ago (or ahead) than this may be a replay. */
const TOLERANCE_MS = 300_000;

/** What is wrong with the signature of a call; null: nothing. */
export function signatureFault(call: SignedCall): 'malformed' | 'stale' | 'wrong' | null {
  const [, t, v1] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(call.signature) ?? [];
  if (t === undefined || v1 === undefined) return 'malformed';
  if (Math.abs(call.nowMs - Number(t) * 1000) > TOLERANCE_MS) return 'stale';
  const expected = createHmac('sha256', call.secret).update(`${t}.`).update(call.body).digest();
  return timingSafeEqual(expected, Buffer.from(v1, 'hex')) ? null : 'wrong';
}
