import { parseJson } from '@hilo/exact-json';
import { type Fields, isFields } from '@hilo/service';

/** Producers' clocks may be anywhere; a time outside of JavaScript's range is shown as null. */
export function instant(timeMs: number): string | null {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** The value of a JSON text, to be answered with every digit of its numbers; null for an empty one, and for what is no JSON. */
export function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** The fields of a JSON object's text, such as an event's properties; null for an empty one. */
export function parsedFields(text: string): Fields | null {
  const value = parsed(text);
  return isFields(value) ? value : null;
}
