import type { ClickHouseClient } from '@clickhouse/client';
import type { SeenEvent, SeenReader } from '../ports.ts';
import { queryRows } from './clickhouse-queries.ts';
import { RecentAnswers } from './recent-answers.ts';

/** Suggestions are the same for everybody, and are read at most this often. */
const SEEN_FOR_MS = 2_000;
const SEEN_KEPT = 50;

const EVENTS_AT_MOST = 500;

/** Texts in a sample: half from the newest, half from anywhere. */
const TEXTS_EACH = 1_000;
/** Longer texts are skipped, so a sample fits into 8 MB. */
const TEXT_BYTES_AT_MOST = 4_096;
/** The newest rows are those of the newest parts of the table, as many as contain this number. */
const NEWEST_ROWS = 100_000;

// The tables are sorted by profile: the newest rows lie together only as long as they are in their own parts.
const newestOf = (table: string) => `
  SELECT name FROM (
    SELECT name, sum(rows) OVER (ORDER BY max_block_number DESC) - rows AS newer
    FROM system.parts WHERE database = 'hilo' AND table = '${table}' AND active)
  WHERE newer < ${NEWEST_ROWS}`;

/** Texts of a column, from the newest rows and from any: each half stops as soon as it has enough. */
const texts = (table: string, column: string, where: string) => {
  const some = `SELECT ${column} AS text FROM ${table}
    PREWHERE ${where} WHERE length(${column}) BETWEEN 3 AND ${TEXT_BYTES_AT_MOST}`;
  return `SELECT text FROM (${some} AND _part IN (${newestOf(table)}) LIMIT ${TEXTS_EACH})
    UNION ALL SELECT text FROM (${some} AND _part NOT IN (${newestOf(table)}) LIMIT ${TEXTS_EACH})`;
};

const EVENTS = `
  SELECT event, count() AS count FROM event_rows WHERE type = 'track' AND event IS NOT NULL
  GROUP BY event ORDER BY count DESC, event LIMIT ${EVENTS_AT_MOST}`;

const PROPERTIES = texts(
  'event_rows',
  'properties',
  "workspace = 'default' AND type = 'track' AND event = {event: String}",
);

const TRAITS = texts('profile_rows', 'traits', "workspace = 'default' AND status = 'live'");

/** The events, properties and traits that exist, from samples in ClickHouse. */
export class ClickHouseSeen implements SeenReader {
  readonly #client: ClickHouseClient;
  readonly #recent = new RecentAnswers(SEEN_FOR_MS, SEEN_KEPT);

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  events(): Promise<readonly SeenEvent[]> {
    return this.#recent.get('events', () => queryRows<SeenEvent>(this.#client, EVENTS));
  }

  properties(event: string): Promise<readonly string[]> {
    return this.#texts(`properties ${event}`, PROPERTIES, { event });
  }

  traits(): Promise<readonly string[]> {
    return this.#texts('traits', TRAITS, {});
  }

  #texts(key: string, query: string, params: Record<string, unknown>): Promise<readonly string[]> {
    return this.#recent.get(key, async () => {
      const rows = await queryRows<{ readonly text: string }>(this.#client, query, params);
      return rows.map(({ text }) => text);
    });
  }
}
