import { LONGEST_RETRY_AFTER_MS } from '../../domain/retry-policy.ts';

/** A longer header cannot make sense. */
const MAX_HEADER_CHARACTERS = 200;

/**
 * How long a `Retry-After` asks to be left alone, in milliseconds, at most an hour: seconds, whole or not, or a date in
 * any form of HTTP (RFC 9110, 5.6.7) or ISO 8601 with a zone. Of several, the longest counts. Null: none makes sense.
 */
export function retryAfter(header: string | readonly string[] | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const all = (typeof header === 'string' ? [header] : header).flatMap((one) => askedMs(one.trim(), nowMs) ?? []);
  return all.length === 0 ? null : Math.min(Math.max(0, ...all), LONGEST_RETRY_AFTER_MS);
}

function askedMs(text: string, nowMs: number): number | null {
  if (text.length > MAX_HEADER_CHARACTERS) return /^\d+$/.test(text) ? LONGEST_RETRY_AFTER_MS : null;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const dateMs = HTTP_DATES.some((form) => form.test(text)) ? Date.parse(inUtc(text)) : Number.NaN;
  return Number.isNaN(dateMs) ? null : dateMs - nowMs;
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

/** A date without a zone is asctime's. */
function inUtc(date: string): string {
  return /:\d\d \d{4}$/.test(date) ? `${date} GMT` : date;
}
