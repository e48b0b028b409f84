import type { EventReceived } from '@hilo/schemas';
import { isFields, parseJson } from './parse-json.ts';
import { isTime } from './parse-time.ts';

/**
 * The record with valid times; a producer that writes straight to Kafka may write any number. Other values are kept in
 * `extra`, and an event left without its own time is marked.
 */
export function withStorableTimes(event: EventReceived): EventReceived {
  const { original_timestamp, sent_at } = event;
  const has_original = original_timestamp === null || isTime(original_timestamp);
  const has_sent = sent_at === null || isTime(sent_at);
  if (has_original && has_sent) return event;
  return {
    ...event,
    original_timestamp: has_original ? original_timestamp : null,
    sent_at: has_sent ? sent_at : null,
    timestamp_unreadable: event.timestamp_unreadable || !has_original,
    extra: withFields(event.extra, {
      ...(has_original ? {} : { originalTimestamp: original_timestamp }),
      ...(has_sent ? {} : { sentAt: sent_at }),
    }),
  };
}

/** Adds fields to a JSON text of an object; a text that is not one has its own fault. */
function withFields(extra: string | null, added: object): string | null {
  if (extra === null) return JSON.stringify(added);
  try {
    const fields = parseJson(extra);
    return isFields(fields) ? JSON.stringify({ ...added, ...fields }) : extra;
  } catch {
    return extra;
  }
}
