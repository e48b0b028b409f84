import { type EventOrderKey, compareEvents } from '@hilo/behaviour/version-2';
import type { EventIdentified } from '@hilo/schemas';

/** The newest record of a static list about a profile. One that took the profile off the list stays, so that an older one loses. */
export interface ListEntry extends EventOrderKey {
  readonly isOn: boolean;
  /** When the entry ends, in milliseconds; null: never. */
  readonly until_ms: number | null;
}

/** Entries by the keys of their lists. */
export type ListEntries = ReadonlyMap<string, ListEntry>;

/** For profiles on no list. */
export const NO_ENTRIES: ListEntries = new Map();

/** The entry that a `list` record brings; null for text that ingestion does not write. */
export function listEntryOf(record: EventIdentified): ListEntry | null {
  const said = fieldsIn(record.properties);
  const until = said['until'] ?? null;
  const until_ms = until === null ? null : typeof until === 'string' ? Date.parse(until) : Number.NaN;
  if (typeof said['on'] !== 'boolean' || Number.isNaN(until_ms)) return null;
  const { timestamp, received_at, request_position, source, message_id } = record;
  return {
    ...{ isOn: said['on'], until_ms },
    ...{ timestampMs: timestamp, receivedAtMs: received_at, position: request_position, source, messageId: message_id },
  };
}

/** The entries with one more; the same object if a newer one is known. */
export function withListEntry(entries: ListEntries, list: string, entry: ListEntry): ListEntries {
  const known = entries.get(list);
  return known !== undefined && compareEvents(known, entry) >= 0 ? entries : new Map(entries).set(list, entry);
}

/** The newest entries of both. Commutative and associative. */
export function mergedEntries(one: ListEntries, other: ListEntries): ListEntries {
  let merged = one;
  for (const [list, entry] of other) merged = withListEntry(merged, list, entry);
  return merged;
}

/** When the profile's entries end (null: never), by the keys of the lists that it was put on and not taken off. */
export function listsOf(entries: ListEntries): ReadonlyMap<string, number | null> {
  if (entries.size === 0) return NO_LISTS;
  return new Map([...entries].filter(([, { isOn }]) => isOn).map(([list, { until_ms }]) => [list, until_ms]));
}

const NO_LISTS: ReadonlyMap<string, number | null> = new Map();

function fieldsIn(text: string | null): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text ?? '{}')) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
