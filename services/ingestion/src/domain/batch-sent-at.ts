import { type Span, visitFields } from './outline-batch.ts';
import { type Fields, isFields } from './parse-json.ts';
import { readJson } from './read-json.ts';
import { readTime } from './read-times.ts';

/**
 * When a batch was sent. If only its events say so, each by a clock that went on between them, the latest counts for
 * all: otherwise the clock correction would swap events that happened within a millisecond.
 */
export function batchSentAt(batch: Fields): number | null {
  const { sentAt: sent, batch: items } = batch;
  const sentMs = readTime(sent);
  if (typeof sentMs === 'number') return sentMs;
  let latest_ms: number | null = null;
  for (const item of Array.isArray(items) ? items : [])
    latest_ms = later(latest_ms, isFields(item) ? item['sentAt'] : null);
  return latest_ms;
}

/** The same for the events of a large batch, without parsing them. Each null is a step of the work. */
export function* latestSentAt(bytes: Uint8Array, items: readonly Span[]): Generator<null, number | null> {
  let latest_ms: number | null = null;
  for (const item of items) {
    let sent: Span | null = null;
    visitFields(bytes, item.from, (name, span) => {
      if (name === 'sentAt') sent = span;
    });
    latest_ms = later(latest_ms, sent === null ? null : valueAt(bytes, sent));
    yield null;
  }
  return latest_ms;
}

function later(latest_ms: number | null, sent: unknown): number | null {
  const sentMs = readTime(sent) ?? null;
  return sentMs === null || (latest_ms !== null && latest_ms >= sentMs) ? latest_ms : sentMs;
}

/** No time takes more bytes, even with every character escaped. */
const TIME_BYTES = 600;

function valueAt(bytes: Uint8Array, { from, to }: Span): unknown {
  return to - from > TIME_BYTES ? null : readJson(bytes.subarray(from, to))?.value;
}
