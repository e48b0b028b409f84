import type { Fields } from './parse-json.ts';
import { parseTime } from './parse-time.ts';
import { numberText } from './read-numbers.ts';

/**
 * Fields of an event that say when it happened; the first valid one counts. `timestamp` is what the caller said:
 * RudderStack's Node SDK then writes the time of the call into `originalTimestamp`.
 */
const HAPPENED = ['timestamp', 'originalTimestamp'] as const;

/** When an event happened, by its producer's clock. */
export interface EventTime {
  readonly originalMs: number | null;
  /** The field that says it; null if none does. */
  readonly field: (typeof HAPPENED)[number] | null;
  /** If none does: the field that holds something other than a time. */
  readonly unreadable: (typeof HAPPENED)[number] | null;
}

const NEVER: EventTime = { originalMs: null, field: null, unreadable: null };

/** A time as a text or a number, in milliseconds; undefined if absent, null if it is not a valid time of an event. */
export function readTime(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') {
    const text = numberText(value);
    return text === null ? null : parseTime(text);
  }
  const timeMs = parseTime(value);
  return timeMs === null && value.trim() === '' ? undefined : timeMs;
}

/** When an event happened: by `timestamp` if that is a time, else by `originalTimestamp`. */
export function eventTime(item: Fields): EventTime {
  let unreadable: EventTime['unreadable'] = null;
  for (const field of HAPPENED) {
    const originalMs = readTime(item[field]);
    if (typeof originalMs === 'number') return { originalMs, field, unreadable: null };
    if (originalMs === null) unreadable = field;
  }
  return unreadable === null ? NEVER : { originalMs: null, field: null, unreadable };
}

/** Whether a field of an event holds a time, valid or not, that was not used. Such a value is kept as it came. */
export function isUnusedTime(key: string, item: Fields, time: EventTime, sentMs: number | null): boolean {
  if (key === 'sentAt') return sentMs === null && readTime(item[key]) !== undefined;
  return (
    (key === 'timestamp' || key === 'originalTimestamp') && key !== time.field && readTime(item[key]) !== undefined
  );
}
