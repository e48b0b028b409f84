import type { ClickHouseClient } from '@clickhouse/client';
import type { MessageFacts } from '../domain/message-way.ts';
import type { Counts, EventTexts, HistoryReader, Timeline, TimelineEvent, TimelinePosition } from '../ports.ts';
import { queryRows } from './clickhouse-queries.ts';
import { readMessageFacts, readMessageTexts } from './read-message.ts';

/** Counts are the same for everyone: they are read at most this often. */
const COUNTS_FOR_MS = 500;

const SURVIVOR = 'SELECT survivor FROM redirects WHERE profile_id = {profile_id: String}';

// Reads the table itself by its key: through the view, a single profile costs a scan.
const TIMELINE = `
  SELECT message_id, type, event, name, source, user_id, anonymous_id, properties, traits, context,
    toUnixTimestamp64Milli(timestamp) AS timestamp_ms, toUnixTimestamp64Milli(received_at) AS received_at_ms,
    request_position, profile_id AS recorded_profile_id
  FROM event_rows
  WHERE workspace = 'default'
    AND profile_id IN (
      SELECT {profile_id: String} UNION ALL SELECT profile_id FROM redirects WHERE survivor = {profile_id: String})
    AND ({first: Bool} OR
      (toUnixTimestamp64Milli(timestamp), toUnixTimestamp64Milli(received_at), request_position, source, message_id)
      < ({timestamp_ms: Int64}, {received_at_ms: Int64}, {request_position: UInt32}, {source: String}, {message_id: String}))
  ORDER BY timestamp DESC, received_at DESC, request_position DESC, source DESC, message_id DESC
  LIMIT {limit: UInt32}`;

const COUNTS = {
  events: 'SELECT source, type, count() AS count FROM event_rows GROUP BY source, type ORDER BY source, type',
  rejected: `SELECT source, state, reason, count() AS count FROM rejected_rows
    GROUP BY source, state, reason ORDER BY source, state, reason`,
  memberships: `SELECT segment, status, count() AS count FROM membership_rows
    GROUP BY segment, status ORDER BY segment, status`,
  deliveries: `SELECT destination, status, reason, count() AS count FROM delivery_rows
    GROUP BY destination, status, reason ORDER BY destination, status, reason`,
  profiles: `SELECT uniqExact(profile_id) AS count FROM event_rows
    WHERE profile_id NOT IN (SELECT profile_id FROM redirects)`,
  merges: 'SELECT count() AS count FROM merge_rows',
} as const;

/** The history in ClickHouse. */
export class ClickHouseHistoryReader implements HistoryReader {
  readonly #client: ClickHouseClient;
  #counts: { readonly readAtMs: number; readonly counts: Promise<Counts> } | null = null;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  async timeline(profile_id: string, limit: number, after: TimelinePosition | null): Promise<Timeline> {
    const [redirect] = await this.#rows<{ survivor: string }>(SURVIVOR, { profile_id });
    const survivor = redirect?.survivor ?? profile_id;
    const events = await this.#rows<TimelineEvent>(TIMELINE, {
      profile_id: survivor,
      first: after === null,
      timestamp_ms: after?.timestamp_ms ?? 0,
      received_at_ms: after?.received_at_ms ?? 0,
      request_position: after?.request_position ?? 0,
      message_id: after?.message_id ?? '',
      source: after?.source ?? '',
      limit: limit + 1,
    });
    return { profile_id: survivor, events };
  }

  async counts(): Promise<Counts> {
    const nowMs = performance.now();
    if (this.#counts === null || nowMs - this.#counts.readAtMs > COUNTS_FOR_MS) {
      const counts = this.#readCounts();
      this.#counts = { readAtMs: nowMs, counts };
      counts.catch(() => {
        this.#counts = null;
      });
    }
    return this.#counts.counts;
  }

  message(message_id: string): Promise<MessageFacts> {
    return readMessageFacts(this.#client, message_id);
  }

  messageTexts(message_id: string, source: string, profile_id: string): Promise<EventTexts | null> {
    return readMessageTexts(this.#client, { message_id, source, profile_id });
  }

  async #readCounts(): Promise<Counts> {
    return {
      events: await this.#rows(COUNTS.events),
      rejected: await this.#rows(COUNTS.rejected),
      memberships: await this.#rows(COUNTS.memberships),
      deliveries: await this.#rows(COUNTS.deliveries),
      profiles: await this.#count(COUNTS.profiles),
      merges: await this.#count(COUNTS.merges),
    };
  }

  async #count(query: string): Promise<number> {
    const [row] = await this.#rows<{ count: number }>(query);
    return row?.count ?? 0;
  }

  #rows<Row>(query: string, query_params: Record<string, unknown> = {}): Promise<Row[]> {
    return queryRows<Row>(this.#client, query, query_params);
  }
}
