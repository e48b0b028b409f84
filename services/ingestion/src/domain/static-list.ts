import { DEFAULT_RULES, type EventReceived, type Identifier, normalise } from '@hilo/schemas';

/** A static list: people are put on it by name, and stay until they are taken off or their entry ends. */
export interface StaticList {
  readonly key: string;
  readonly name: string;
  /** In milliseconds. */
  readonly created_at_ms: number;
}

/** Limits of static lists. */
export const LIST_LIMITS = {
  /** Lists of one workspace: each profile keeps what every list says of it. */
  lists: 200,
  /** Entries of one call. */
  entries: 1_000,
  /** Lines of one CSV. */
  lines: 50_000,
} as const;

/** The type of the records that put somebody on a list. No call of the tracking API has it. */
export const LIST_TYPE = 'list';

/** The source of such records. The key of a source cannot begin so. */
export const LIST_SOURCE = '_lists';

/** Types of identifiers that an entry can have. */
export const IDENTIFIER_TYPES = ['user_id', 'email', 'anonymous_id'] as const;

/** Who is put on a list or taken off it. */
export interface ListEntry {
  readonly identifier: Identifier;
  /** When the entry ends, in milliseconds; null: never. */
  readonly until_ms: number | null;
}

/** Whether entries put people on the list or take them off. */
export type ListChange = 'add' | 'remove';

/** An identifier as identity will read it; null if it never identifies anyone, such as `guest`. */
export function identifierOf(type: string, value: string): Identifier | null {
  const rule = DEFAULT_RULES.identifiers.find((known) => known.type === type);
  const normal = rule === undefined ? null : normalise(rule, value);
  return normal === null ? null : { type, value: normal };
}

/** Where and when a record is made. */
export interface ListRecordPlace {
  readonly list: string;
  readonly message_id: string;
  readonly receivedMs: number;
  readonly position: number;
}

/** The record of an entry, for `events.received`. Identity finds the profile by the identifier, or creates it. */
export function listRecord(
  { identifier: { type, value }, until_ms }: ListEntry,
  change: ListChange,
  { list, message_id, receivedMs, position }: ListRecordPlace,
): EventReceived {
  const until = until_ms === null ? {} : { until: new Date(until_ms).toISOString() };
  return {
    ...{ source: LIST_SOURCE, message_id, type: LIST_TYPE, event: null, name: list, category: null },
    user_id: type === 'user_id' ? value : null,
    anonymous_id: type === 'anonymous_id' ? value : null,
    ...{ group_id: null, previous_id: null, traits: null, integrations: null, extra: null },
    properties: JSON.stringify(change === 'add' ? { on: true, ...until } : { on: false }),
    context: type === 'email' ? JSON.stringify({ traits: { email: value } }) : null,
    ...{ original_timestamp: null, sent_at: null, timestamp_unreadable: false, received_at: receivedMs },
    ...{ via: 'http', faults: [], original: null, request_position: position, first_received_at: null },
    historical: false,
  };
}

/** Whether a record is one of a static list, which ingestion makes itself. */
export function isListRecord({ type, source }: Pick<EventReceived, 'type' | 'source'>): boolean {
  return type === LIST_TYPE && source === LIST_SOURCE;
}
