import type { EventReceived } from '@hilo/schemas';
import { isFields, parseJson } from './parse-json.ts';
import { isTime } from './parse-time.ts';

/**
 * The record with valid times; a producer that writes straight to Kafka may write any number. Other values are kept in
 * `extra`, and an event left without its own time is marked.
 */
export function withStorableTimes(event: EventReceived): EventReceived {
  const { original_timestamp, sent_at } = event;
  const hasOriginal = original_timestamp === null || isTime(original_timestamp);
  const hasSent = sent_at === null || isTime(sent_at);
  if (hasOriginal && hasSent) return event;
  return {
    ...event,
    original_timestamp: hasOriginal ? original_timestamp : null,
    sent_at: hasSent ? sent_at : null,
    timestamp_unreadable: event.timestamp_unreadable || !hasOriginal,
    extra: withFields(event.extra, {
      ...(hasOriginal ? {} : { originalTimestamp: original_timestamp }),
      ...(hasSent ? {} : { sentAt: sent_at }),
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
