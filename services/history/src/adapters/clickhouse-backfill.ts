import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Runnable } from '@hilo/service';
import { valueColumns } from '../domain/event-row.ts';
import { traitColumns } from '../domain/fact-rows.ts';
import { queryRows } from './clickhouse-queries.ts';

/** Most rows of a round. ClickHouse holds their values in memory while it writes them into the table. */
const TURN = { rows: 50_000, bytes: 32 * 1024 * 1024 } as const;
/** Rows in one answer of ClickHouse. */
const PAGE_ROWS = 5_000;

const MUTATION_ASKED_EACH_MS = 200;
const AFTER_FAULT_MS = 10_000;
/** During a rolling upgrade, instances of the previous version still load rows without values. */
const PASSES_AFTER_MS = [0, 60_000, 600_000, 3_600_000];

const COLUMNS = [
  ...['property_values', 'property_items', 'trait_values', 'trait_items', 'properties_shown', 'traits_shown'],
  ...['context_shown', 'values_left_out', 'values_version'],
];

/** Rows with the same texts have the same values, so the texts are the key. */
const KEY = 'hex(sipHash128(properties, traits, context))';

const EVENTS = `
  SELECT profile_id, ${KEY} AS key, properties, traits, context, 'kafka' AS via FROM event_rows
  WHERE workspace = 'default' AND values_version = 0 AND profile_id >= {from: String}
  ORDER BY workspace, profile_id LIMIT {limit: UInt32} OFFSET {offset: UInt32}`;

const NOT_STAGED = 'DROP TABLE IF EXISTS event_rows_backfill';

/** Not `CREATE OR REPLACE`, which needs rights to a table whose name nobody knows in advance. */
const STAGED = `CREATE TABLE event_rows_backfill ENGINE = Join(ANY, LEFT, key) AS
  SELECT '' AS key, toUInt8(1) AS found, ${COLUMNS.join(', ')} FROM event_rows LIMIT 0`;

const valueOf = (column: string) => `joinGet('hilo.event_rows_backfill', '${column}', ${KEY})`;

const FILL = `ALTER TABLE event_rows UPDATE ${COLUMNS.map((column) => `${column} = ${valueOf(column)}`).join(', ')}
  WHERE values_version = 0 AND profile_id BETWEEN {from: String} AND {to: String} AND ${valueOf('found')} = 1`;

const GIVE_UP = `KILL MUTATION WHERE database = 'hilo' AND table = 'event_rows'
  AND command LIKE '%event_rows_backfill%' AND latest_fail_reason != ''`;

const PROFILES = `
  SELECT workspace, profile_id, toString(version) AS version, status, survivor, traits,
    toUnixTimestamp64Milli(event_time) AS event_time, toUnixTimestamp64Milli(decided_at) AS decided_at,
    topic_id, topic_partition, toString(topic_offset) AS topic_offset
  FROM profile_rows FINAL
  WHERE values_version = 0 AND profile_id > {from: String} ORDER BY profile_id LIMIT {limit: UInt32}`;

interface EventTexts {
  readonly profile_id: string;
  readonly key: string;
  readonly properties: string;
  readonly traits: string;
  readonly context: string;
  /** Treats each text as a producer's bytes: rows with the same texts may have come either way. */
  readonly via: string;
}

/** What the job reports. */
export interface BackfillLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * Fills in the values of rows that were loaded before these columns existed. Works in the background, one range of
 * profiles at a time and at most half of the time, and does nothing if all rows have them. A round can be repeated, so
 * a stop or a crash at any moment does no harm.
 */
export class ClickHouseBackfill implements Runnable {
  readonly #client: ClickHouseClient;
  readonly #log: BackfillLog;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(client: ClickHouseClient, log: BackfillLog) {
    this.#client = client;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#running = this.#runUntilDone();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#client.close();
  }

  /** It makes nobody wait. */
  ready(): boolean {
    return true;
  }

  /** Fills in all rows, and returns how many there were. */
  async fill(): Promise<{ readonly events: number; readonly profiles: number }> {
    return { profiles: await this.#fillProfiles(), events: await this.#fillEvents() };
  }

  async #runUntilDone(): Promise<void> {
    for (const waitMs of PASSES_AFTER_MS) {
      await this.#pause(waitMs);
      while (!this.#stopping.signal.aborted && !(await this.#pass())) await this.#pause(AFTER_FAULT_MS);
    }
  }

  /** One pass over everything; false if it must be repeated. */
  async #pass(): Promise<boolean> {
    try {
      const filled = await this.fill();
      if (filled.events + filled.profiles > 0) this.#log.info(filled, 'Older rows have their values');
      return true;
    } catch (error) {
      this.#log.warn({ err: error }, 'Older rows get their values later');
      return false;
    }
  }

  async #fillEvents(): Promise<number> {
    await this.#mutationsDone();
    let filled = 0;
    let from = '';
    for (;;) {
      const beganMs = performance.now();
      const turn = await this.#readTurn(from);
      const last = turn.at(-1);
      if (last === undefined || this.#stopping.signal.aborted) break;
      await this.#write(turn, from, last.profile_id);
      filled += turn.length;
      from = last.profile_id;
      await this.#pause(performance.now() - beganMs);
    }
    if (filled > 0) {
      await this.#client.command({ query: NOT_STAGED });
      // A rewritten part may lack its index.
      await this.#client.command({ query: 'ALTER TABLE event_rows MATERIALIZE INDEX message_id_bloom' });
      await this.#mutationsDone();
    }
    return filled;
  }

  /** The next rows without values, in the table's order. */
  async #readTurn(from: string): Promise<readonly EventTexts[]> {
    const turn: EventTexts[] = [];
    let bytes = 0;
    while (turn.length < TURN.rows && bytes < TURN.bytes) {
      const params = { from, limit: PAGE_ROWS, offset: turn.length };
      const rows = await queryRows<EventTexts>(this.#client, EVENTS, params);
      for (const row of rows) {
        turn.push(row);
        bytes += row.properties.length + row.traits.length + row.context.length;
      }
      if (rows.length < PAGE_ROWS) break;
    }
    return turn;
  }

  async #write(turn: readonly EventTexts[], from: string, to: string): Promise<void> {
    for (const query of [NOT_STAGED, STAGED]) await this.#client.command({ query });
    const ofKeys = new Map(turn.map((row) => [row.key, row]));
    const values = [...ofKeys].map(([key, texts]) => ({ key, found: 1, ...valueColumns(texts) }));
    await this.#insert('event_rows_backfill', values);
    await this.#client.command({
      query: FILL,
      query_params: { from, to },
      clickhouse_settings: { mutations_sync: '0' },
    });
    await this.#mutationsDone();
  }

  /** Writes a profile's row again with its version: of two rows with the same version, the later one stays. */
  async #fillProfiles(): Promise<number> {
    let filled = 0;
    let from = '';
    for (;;) {
      const rows = await queryRows<{ readonly profile_id: string; readonly traits: string }>(this.#client, PROFILES, {
        from,
        limit: PAGE_ROWS,
      });
      const last = rows.at(-1);
      if (last === undefined || this.#stopping.signal.aborted) return filled;
      await this.#insert(
        'profile_rows',
        rows.map((row) => ({ ...row, ...traitColumns(row.traits) })),
      );
      filled += rows.length;
      from = last.profile_id;
    }
  }

  async #insert(table: string, values: object[]): Promise<void> {
    const clickhouse_settings = {
      async_insert: 0,
      input_format_json_named_tuples_as_objects: 0,
      input_format_json_map_as_array_of_tuples: 1,
    } as const;
    await this.#client.insert({ table, values, format: 'JSONEachRow', clickhouse_settings });
  }

  /** Waits until ClickHouse has finished all pending mutations, also those of another instance. */
  async #mutationsDone(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const [row] = await queryRows<{ readonly failed: string; readonly running: number }>(
        this.#client,
        `SELECT max(latest_fail_reason) AS failed, count() AS running FROM system.mutations
         WHERE database = 'hilo' AND table = 'event_rows' AND NOT is_done`,
      );
      if (row === undefined || row.running === 0) return;
      if (row.failed !== '') {
        // ClickHouse would retry it forever, and block what comes after it.
        await this.#client.command({ query: GIVE_UP });
        throw new Error(`ClickHouse cannot write values into event_rows: ${row.failed}`);
      }
      await this.#pause(MUTATION_ASKED_EACH_MS);
    }
  }

  async #pause(timeMs: number): Promise<void> {
    await sleep(timeMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
