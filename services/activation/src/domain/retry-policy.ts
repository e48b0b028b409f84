import { createHash } from 'node:crypto';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 3_600_000;
const SHORTEST_DEFERRAL_MS = 20;
const LONGEST_DEFERRAL_MS = 300_000;
/** However long a destination asks to be left alone. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000;
/** A header longer than this says nothing that makes sense. */
const MAX_HEADER_CHARACTERS = 200;

/** Requests made for one delivery. */
export const MAX_ATTEMPTS = 20;
/** A delivery is given up at the first failure after this age. */
export const MAX_AGE_MS = 86_400_000;

/**
 * How long to wait after the n-th failed attempt: doubling from a second to an hour, between half and all of it. The share
 * is made from the delivery's id, so that it is the same whenever it is worked out, and different for its neighbours.
 */
export function retryDelay(delivery_id: string, attempts: number, retry_after_ms: number | null): number {
  const delay = spread(`${delivery_id}/${attempts}`, doubling(attempts, LONGEST_DELAY_MS));
  return Math.max(delay, Math.min(retry_after_ms ?? 0, LONGEST_RETRY_AFTER_MS));
}

/**
 * How long a `Retry-After` asks to be left alone, milliseconds, an hour at most: seconds, whole or not, or a date in any form of
 * HTTP (RFC 9110, 5.6.7) or ISO 8601 with a zone. Of several the longest counts. Null: there is none that makes sense.
 */
export function retryAfter(header: string | readonly string[] | undefined, now_ms: number): number | null {
  if (header === undefined) return null;
  const all = (typeof header === 'string' ? [header] : header).flatMap((one) => askedMs(one.trim(), now_ms) ?? []);
  return all.length === 0 ? null : Math.min(Math.max(0, ...all), LONGEST_RETRY_AFTER_MS);
}

function askedMs(text: string, now_ms: number): number | null {
  if (text.length > MAX_HEADER_CHARACTERS) return /^\d+$/.test(text) ? LONGEST_RETRY_AFTER_MS : null;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date_ms = HTTP_DATES.some((form) => form.test(text)) ? Date.parse(inUtc(text)) : Number.NaN;
  return Number.isNaN(date_ms) ? null : date_ms - now_ms;
}

const TIME = '\\d\\d:\\d\\d:\\d\\d';
const MONTH = '[A-Z][a-z]{2}';
const HTTP_DATES = [
  new RegExp(`^([A-Z][a-z]{2}, )?\\d{1,2} ${MONTH} \\d{4} ${TIME} (GMT|UTC|[+-]\\d{4})$`),
  // The obsolete forms of RFC 850 and of C's asctime, whose zone is always GMT.
  new RegExp(`^[A-Z][a-z]{5,8}, \\d{2}-${MONTH}-\\d{2} ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{2} ${MONTH} [ \\d]\\d ${TIME} \\d{4}$`),
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
];

/** A date without a zone is one of asctime's. */
function inUtc(date: string): string {
  return /:\d\d \d{4}$/.test(date) ? `${date} GMT` : date;
}

/**
 * How long to wait after the n-th time that there was no room: what was asked for and a share of it more, which grows with
 * each time, so that those who wait don't all come back at once.
 */
export function deferralDelay(delivery_id: string, deferrals: number, retry_after_ms: number): number {
  const asked = Math.round(Math.min(Math.max(retry_after_ms, SHORTEST_DEFERRAL_MS), LONGEST_RETRY_AFTER_MS));
  const more = Math.min(asked * 1.25 ** Math.min(deferrals, 10), LONGEST_DEFERRAL_MS);
  return asked + spread(`${delivery_id}/deferral/${deferrals}`, more);
}

function doubling(times: number, longest_ms: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** Math.min(times - 1, 30), longest_ms);
}

function spread(seed: string, delay_ms: number): number {
  const share = createHash('sha256').update(seed).digest().readUInt32BE(0) / 2 ** 32;
  return Math.round(delay_ms * (0.5 + share / 2));
}
