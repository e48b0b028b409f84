import type { Zone } from '@hilo/behaviour';
import { EVENTS_NAMED, type NamedEvent } from '@hilo/behaviour/version-2';
import { eventsSql } from '@hilo/behaviour/version-2/sql';
import { FairTurns, ProblemError } from '@hilo/service';
import type { ChangesQuestion, EventNames, MembershipHistory, NamesQuestion, RecordedChange } from '../ports.ts';
import { problemOf } from './clickhouse-problems.ts';
import { ClickHouseReader, type ReaderAccess } from './clickhouse-reader.ts';

/** Questions of one instance at a time, beside its previews. */
const TURNS = { atOnce: 4, atOnceEach: 2, keptFrom: 3, waiting: 60, waitingEach: 8 } as const;
const CONNECTIONS = 4;
/** Events of one time for which a name is found. */
const NAMES_EACH = 2 * EVENTS_NAMED;

/** Rows of one profile: its own, and those of the profiles that it absorbed. */
const OF_PROFILE = `profile_key IN (SELECT sipHash64({profile_id:String})
    UNION ALL SELECT profile_key FROM hilo.redirects WHERE survivor_key = sipHash64({profile_id:String}))`;

/** With the table's name: columns of the answer are named as its own are. */
const POSITION = '(toUnixTimestamp64Milli(decided_at), membership_rows.profile_id, membership_rows.version)';

/** Asks ClickHouse, as the user that may only read, about changes of membership and about the events behind them. */
export class ClickHouseMemberships implements EventNames, MembershipHistory {
  readonly #reader: ClickHouseReader;
  readonly #zone: Zone;
  readonly #turns = new FairTurns(TURNS);

  constructor(access: ReaderAccess) {
    this.#zone = access.zone;
    this.#reader = new ClickHouseReader(access, CONNECTIONS);
  }

  async name(
    { asked, profile_id, momentMs, person }: NamesQuestion,
    signal: AbortSignal,
  ): Promise<readonly NamedEvent[] | null> {
    const statement = eventsSql(asked, { profile_id, momentMs, zone: this.#zone, most: NAMES_EACH });
    if (statement === null) return [];
    try {
      const rows = await this.#rows<NamedRow>(person, statement.sql, statement.params, signal);
      return rows.map(({ field, message_id, at_ms }) => ({ field, messageId: message_id, atMs: Number(at_ms) }));
    } catch (error) {
      // The explanation stands without the names.
      if (error instanceof ProblemError) return null;
      throw error;
    }
  }

  async changes(question: ChangesQuestion, signal: AbortSignal): Promise<readonly RecordedChange[]> {
    const { segment, profile_id, fromMs, toMs, after, limit, person } = question;
    const [at_ms = '0', id = '', version = '0'] = after ?? [];
    const conditions = [
      `workspace = 'default' AND segment = {segment:String}`,
      ...(profile_id === null ? [] : [OF_PROFILE]),
      ...(fromMs === null ? [] : ['decided_at >= fromUnixTimestamp64Milli({from_ms:Int64})']),
      ...(toMs === null ? [] : ['decided_at < fromUnixTimestamp64Milli({to_ms:Int64})']),
      ...(after === null ? [] : [`${POSITION} < ({at_ms:Int64}, {id:String}, {version:UInt64})`]),
    ];
    const rows = await this.#rows<ChangeRow>(
      person,
      `SELECT c.*, if(r.survivor = '', c.recorded_profile_id, r.survivor) AS profile_id FROM (
        SELECT segment, toString(segment_version) AS segment_version, profile_id AS recorded_profile_id, toString(version) AS version,
          toString(status) AS status, toString(reason) AS reason, message_id, toUnixTimestamp64Milli(event_time) AS event_ms,
          toUnixTimestamp64Milli(decided_at) AS decided_ms, unproven, backfilled, historical, profile_key
        FROM hilo.membership_rows WHERE ${conditions.join(' AND ')}
        ORDER BY decided_at DESC, membership_rows.profile_id DESC, membership_rows.version DESC LIMIT {limit:UInt32}
      ) AS c LEFT ANY JOIN hilo.redirects AS r ON r.profile_key = c.profile_key
      ORDER BY decided_ms DESC, recorded_profile_id DESC, toUInt64(c.version) DESC`,
      { segment, profile_id, from_ms: fromMs, to_ms: toMs, at_ms, id, version, limit },
      signal,
    );
    return rows.map(changeOf);
  }

  stop(): Promise<void> {
    return this.#reader.close();
  }

  async #rows<Row>(
    person: string,
    sql: string,
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Row[]> {
    let leave = (): void => undefined;
    try {
      leave = await this.#turns.enter(person, signal);
      return await this.#reader.rows<Row>(sql, params, signal);
    } catch (error) {
      throw problemOf(error);
    } finally {
      leave();
    }
  }
}

interface NamedRow {
  readonly field: string;
  readonly message_id: string;
  readonly at_ms: string;
}

interface ChangeRow extends Omit<RecordedChange, 'segment_version' | 'version' | 'event_ms' | 'decided_ms'> {
  readonly segment_version: string;
  readonly version: string;
  readonly event_ms: string | null;
  readonly decided_ms: string;
}

function changeOf({ segment_version, version, event_ms, decided_ms, ...row }: ChangeRow): RecordedChange {
  return {
    ...row,
    segment_version: Number(segment_version),
    version: Number(version),
    event_ms: event_ms === null ? null : Number(event_ms),
    decided_ms: Number(decided_ms),
  };
}
