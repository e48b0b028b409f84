import { createHash } from 'node:crypto';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 3_600_000;
const SHORTEST_DEFERRAL_MS = 20;
const LONGEST_DEFERRAL_MS = 300_000;
/** Longest pause, however long a destination asks for. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** Requests made for one delivery. */
export const MAX_ATTEMPTS = 20;
/** The first failure after this age ends a delivery. */
export const MAX_AGE_MS = 86_400_000;

/**
 * How long to wait after the n-th failed attempt: doubling from a second to an hour, between half and all of it. The
 * fraction derives from the delivery's id, so it is the same each time and differs between deliveries.
 */
export function retryDelay(delivery_id: string, attempts: number, retryAfterMs: number | null): number {
  const delay = spread(`${delivery_id}/${attempts}`, doubling(attempts, LONGEST_DELAY_MS));
  return Math.max(delay, Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS));
}

/**
 * How long to wait after the n-th time that there was no room: the requested time and a growing fraction of it more, so
 * that waiting deliveries do not all return at once.
 */
export function deferralDelay(delivery_id: string, deferrals: number, retryAfterMs: number): number {
  const asked = Math.round(Math.min(Math.max(retryAfterMs, SHORTEST_DEFERRAL_MS), LONGEST_RETRY_AFTER_MS));
  const more = Math.min(asked * 1.25 ** Math.min(deferrals, 10), LONGEST_DEFERRAL_MS);
  return asked + spread(`${delivery_id}/deferral/${deferrals}`, more);
}

function doubling(times: number, longestMs: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** Math.min(times - 1, 30), longestMs);
}

function spread(seed: string, delayMs: number): number {
  const share = createHash('sha256').update(seed).digest().readUInt32BE(0) / 2 ** 32;
  return Math.round(delayMs * (0.5 + share / 2));
}
