import type { ClickHouseClient } from '@clickhouse/client';
import type {
  FoundDelivery,
  FoundEvent,
  FoundMembershipChange,
  FoundMerge,
  FoundRejection,
  FoundTraitChange,
  MessageFacts,
} from '../domain/message-way.ts';
import type { EventTexts } from '../ports.ts';
import { queryRows } from './clickhouse-queries.ts';

/** Most events, rejections and merges read for a messageId; a messageId repeats only across sources or by mistake. */
const FEW = 20;
/** Most traits, segments and deliveries read for a messageId. */
const MANY = 200;
/** Characters of the original bytes to show. */
const ORIGINAL_CHARACTERS = 16_384;

const millis = (column: string, name = `${column}_ms`) => `toUnixTimestamp64Milli(${column}) AS ${name}`;

// Reads the tables themselves, where the index on message_id applies; the views join.
const EVENTS = `
  SELECT source, type, event, name, user_id, anonymous_id, via, ${millis('timestamp')}, ${millis('received_at')},
    profile_id, linked, set_aside
  FROM event_rows WHERE message_id = {message_id: String}
  ORDER BY received_at DESC, request_position DESC, source DESC LIMIT {limit: UInt32}`;

const REJECTIONS = `
  SELECT rejection_id, state, source, reason, field, message, type, via, ${millis('received_at')},
    substringUTF8(original, 1, ${ORIGINAL_CHARACTERS}) AS original, original_encoding
  FROM rejected_rows WHERE message_id = {message_id: String} ORDER BY received_at DESC LIMIT {limit: UInt32}`;

const MERGES = `
  SELECT source, absorbed, survivor, rule, ${millis('decided_at')}
  FROM merge_rows WHERE message_id = {message_id: String} ORDER BY decided_at DESC LIMIT {limit: UInt32}`;

const TRAIT_CHANGES = `
  SELECT source, profile_id, trait, value, previous, ${millis('decided_at')}
  FROM profile_change_rows WHERE message_id = {message_id: String}
  ORDER BY decided_at DESC, trait LIMIT {limit: UInt32}`;

const MEMBERSHIP_CHANGES = `
  SELECT profile_id, segment, status, reason, version, unproven, ${millis('decided_at')}
  FROM membership_rows WHERE message_id = {message_id: String}
  ORDER BY decided_at DESC, segment LIMIT {limit: UInt32}`;

const DELIVERIES = `
  SELECT profile_id, delivery_id, destination, segment, membership_status, status, reason, attempts, response_status,
    ${millis('created_at')}, ${millis('ended_at')}
  FROM delivery_rows WHERE message_id = {message_id: String}
  ORDER BY ended_at DESC, delivery_id LIMIT {limit: UInt32}`;

const SURVIVORS = 'SELECT profile_id, survivor FROM redirects WHERE profile_id IN {profiles: Array(String)}';

const TEXTS = `
  SELECT properties, traits, context FROM event_rows
  WHERE workspace = 'default' AND profile_id = {profile_id: String} AND message_id = {message_id: String}
    AND source = {source: String}
  ORDER BY received_at DESC LIMIT 1`;

/** Everything in the history with a messageId. */
export async function readMessageFacts(client: ClickHouseClient, message_id: string): Promise<MessageFacts> {
  const read = <Row>(query: string, limit: number): Promise<Row[]> =>
    queryRows<Row>(client, query, { message_id, limit: limit + 1 });
  const [events, rejections, merges, trait_changes, membership_changes, deliveries] = await Promise.all([
    read<FoundEvent>(EVENTS, FEW),
    read<FoundRejection>(REJECTIONS, FEW),
    read<FoundMerge>(MERGES, FEW),
    read<FoundTraitChange>(TRAIT_CHANGES, MANY),
    read<FoundMembershipChange>(MEMBERSHIP_CHANGES, MANY),
    read<FoundDelivery>(DELIVERIES, MANY),
  ]);
  const profiles = [...events, ...membership_changes, ...deliveries].map(({ profile_id }) => profile_id);
  return {
    events: events.slice(0, FEW),
    rejections: rejections.slice(0, FEW),
    merges: merges.slice(0, FEW),
    trait_changes: trait_changes.slice(0, MANY),
    membership_changes: membership_changes.slice(0, MANY),
    deliveries: deliveries.slice(0, MANY),
    survivors: await readSurvivors(client, [...new Set(profiles)]),
    is_cut:
      [events, rejections, merges].some(({ length }) => length > FEW) ||
      [trait_changes, membership_changes, deliveries].some(({ length }) => length > MANY),
  };
}

async function readSurvivors(
  client: ClickHouseClient,
  profiles: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (profiles.length === 0) return new Map();
  const rows = await queryRows<{ profile_id: string; survivor: string }>(client, SURVIVORS, { profiles });
  return new Map(rows.map(({ profile_id, survivor }) => [profile_id, survivor]));
}

/** The payload of a profile's event, by the key of the table. */
export async function readMessageTexts(
  client: ClickHouseClient,
  of: { readonly message_id: string; readonly source: string; readonly profile_id: string },
): Promise<EventTexts | null> {
  const [texts] = await queryRows<EventTexts>(client, TEXTS, of);
  return texts ?? null;
}
