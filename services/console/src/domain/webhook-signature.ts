import { createHmac, timingSafeEqual } from 'node:crypto';

/** A webhook call as far as its signature goes. */
export interface SignedCall {
  readonly body: Buffer;
  /** `t=<seconds or milliseconds since the epoch>,v1=<hex>`. */
  readonly signature: string;
  readonly secret: string;
  readonly now_ms: number;
}

/** A call signed longer ago (or ahead) than this may be a replay. */
const TOLERANCE_MS = 300_000;

/** Above this a time counts milliseconds: as seconds it would lie beyond the year 5000. */
const SECONDS_AT_MOST = 100_000_000_000;

/** What is wrong with the signature of a call; null: nothing. */
export function signatureFault(call: SignedCall): 'malformed' | 'stale' | 'wrong' | null {
  const [, t, v1] = /^t=(\d{1,16}),v1=([0-9a-f]{64})$/.exec(call.signature) ?? [];
  if (t === undefined || v1 === undefined) return 'malformed';
  const signed_ms = Number(t) < SECONDS_AT_MOST ? Number(t) * 1000 : Number(t);
  if (Math.abs(call.now_ms - signed_ms) > TOLERANCE_MS) return 'stale';
  const expected = createHmac('sha256', call.secret).update(`${t}.`).update(call.body).digest();
  return timingSafeEqual(expected, Buffer.from(v1, 'hex')) ? null : 'wrong';
}
