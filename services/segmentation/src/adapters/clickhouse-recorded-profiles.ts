import type { Zone } from '@hilo/behaviour';
import { type AmongProfiles, compileSql } from '@hilo/behaviour/version-2/sql';
import { partitionOf, type AskedKeys } from '@hilo/streaming';
import { conditionsOf } from '../domain/definitions.ts';
import type { RecordedProfile } from '../domain/verify.ts';
import type { CommittedRange, RecordedProfiles, RecordedRange } from '../ports.ts';
import { problemOf } from './clickhouse-problems.ts';
import { ClickHouseReader, type ReaderAccess } from './clickhouse-reader.ts';

/** Where each topic's records are, one row for each, and when they were made. */
const TABLES = {
  'events.identified': { table: 'event_rows', time: 'received_at' },
  'identity.merges': { table: 'merge_rows', time: 'decided_at' },
  'profiles.changed': { table: 'profile_rows', time: 'decided_at' },
} as const;
type Topic = keyof typeof TABLES;

/** Most profiles that are looked for where the stage knows none. */
const UNKNOWN = 10_000;
/** How far a topic is loaded. */
interface Loaded {
  /** The id of the topic as it is now; empty: nothing of it is loaded. */
  readonly topicId: string;
  /** By partition, the offset after the last loaded record. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly firstMs: number | null;
}

interface Redirect {
  readonly profile_id: string;
  readonly survivor: string;
  readonly topic_id: string;
  readonly topic_partition: number;
  readonly topic_offset: string;
}

/** Asks ClickHouse about profiles, by what was loaded up to the position at which the stage stood. */
export class ClickHouseRecordedProfiles implements RecordedProfiles {
  readonly #reader: ClickHouseReader;
  readonly #zone: Zone;

  constructor(access: ReaderAccess) {
    this.#zone = access.zone;
    this.#reader = new ClickHouseReader(access, 1);
  }

  stop(): Promise<void> {
    return this.#reader.close();
  }

  async look(range: CommittedRange, asked: AskedKeys, signal: AbortSignal): Promise<RecordedRange | null> {
    const loaded = new Map<Topic, Loaded>();
    for (const topic of Object.keys(TABLES) as Topic[]) {
      const found = await this.#loaded(topic, signal);
      const isBehind = range.offsets(topic).some((offset, partition) => offset > (found.offsets.get(partition) ?? 0));
      if (isBehind) return null;
      loaded.set(topic, found);
    }
    const events = loaded.get('events.identified') as Loaded;
    const unknown = 'after' in asked ? await this.#unknown(range, asked.after, events, signal) : [];
    const ids = [...range.profiles.map(({ profile_id }) => profile_id), ...unknown];
    const redirects = await this.#rows<Redirect>(REDIRECTS, { ids }, signal);
    const versions = await this.#rows<{ readonly profile_id: string; readonly version: string }>(
      VERSIONS,
      { ids },
      signal,
    );
    const absorbedBy = Map.groupBy(redirects, ({ survivor }) => survivor);
    const absorbed = new Set(redirects.map(({ profile_id }) => profile_id));
    const version = new Map(versions.map((row) => [row.profile_id, Number(row.version)]));
    const merges = loaded.get('identity.merges') as Loaded;
    return {
      unknown: unknown.filter((id) => !absorbed.has(id)),
      firstReceivedMs: events.firstMs,
      recorded: new Map(
        ids.map((id) => [
          id,
          {
            ...mergesOf(range, absorbedBy.get(id) ?? [], merges),
            isAbsorbed: absorbed.has(id),
            profileVersion: version.get(id) ?? 0,
          },
        ]),
      ),
      members: (profiles, segments, momentMs) => {
        const recorded = profiles.flatMap((id) => [
          id,
          ...(absorbedBy.get(id) ?? []).map(({ profile_id }) => profile_id),
        ]);
        const below = { topicId: events.topicId, offsets: range.offsets('events.identified') };
        return this.#members(range, { profiles, recorded, below }, segments, momentMs, signal);
      },
    };
  }

  async #rows<Row>(query: string, params: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Row[]> {
    try {
      return await this.#reader.rows<Row>(query, params, signal);
    } catch (error) {
      throw problemOf(error);
    }
  }

  async #loaded(topic: Topic, signal: AbortSignal): Promise<Loaded> {
    const { table, time } = TABLES[topic];
    const rows = await this.#rows<{
      readonly topic_id: string;
      readonly topic_partition: number;
      readonly next: string;
      readonly firstMs: string;
      readonly lastMs: string;
    }>(
      `SELECT topic_id, topic_partition, max(topic_offset) + 1 AS next, toUnixTimestamp64Milli(min(${time})) AS firstMs,
        toUnixTimestamp64Milli(max(${time})) AS lastMs FROM hilo.${table} GROUP BY topic_id, topic_partition`,
      {},
      signal,
    );
    const named = rows.filter(({ topic_id }) => topic_id !== '');
    const newest = named.toSorted((a, b) => Number(b.lastMs) - Number(a.lastMs))[0]?.topic_id ?? '';
    const ofNewest = named.filter(({ topic_id }) => topic_id === newest);
    return {
      topicId: newest,
      offsets: new Map(ofNewest.map(({ topic_partition, next }) => [topic_partition, Number(next)])),
      firstMs: rows.length === 0 ? null : Math.min(...rows.map(({ firstMs }) => Number(firstMs))),
    };
  }

  /** Profiles of the range's partition with events below its position, of which the stage knows nothing. */
  async #unknown(
    range: CommittedRange,
    after: string,
    { topicId }: Loaded,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const offsets = range.offsets('events.identified');
    const rows = await this.#rows<{ readonly profile_id: string }>(
      `SELECT DISTINCT profile_id FROM hilo.event_rows WHERE workspace = 'default' AND profile_id > {after:String}
        ${range.to === null ? '' : 'AND profile_id <= {to:String}'} AND kafkaMurmurHash(profile_id) % {partitions:UInt32} = {partition:UInt32}
        AND profile_id NOT IN {known:Array(String)}
        AND (topic_id != {topic:String} OR topic_offset < arrayElement({offsets:Array(Int64)}, topic_partition + 1)) LIMIT ${UNKNOWN}`,
      {
        ...{
          after,
          to: range.to ?? '',
          partitions: Math.max(1, offsets.length),
          partition: range.partition,
          topic: topicId,
          offsets,
        },
        known: range.profiles.map(({ profile_id }) => profile_id),
      },
      signal,
    );
    return rows.map(({ profile_id }) => profile_id);
  }

  /** One statement for each segment: ClickHouse takes longer to plan several together than to read the events again. */
  async #members(
    { definitions }: CommittedRange,
    among: AmongProfiles,
    segments: readonly string[],
    momentMs: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const keys = await this.#rows<{ readonly profile_key: string; readonly profile_id: string }>(
      KEYS,
      { ids: among.profiles },
      signal,
    );
    const members = new Map(keys.map(({ profile_key }) => [profile_key, new Set<string>()]));
    const conditions = conditionsOf(definitions.segments);
    for (const segment of segments) {
      const condition = conditions.get(segment);
      if (condition === undefined) continue;
      const { sql, params } = compileSql(condition, { momentMs, zone: this.#zone, segments: conditions, among });
      const rows = await this.#rows<{ readonly profile_key: string }>(
        `SELECT profile_key FROM (${sql})`,
        params,
        signal,
      );
      for (const { profile_key } of rows) members.get(profile_key)?.add(segment);
    }
    return new Map(keys.map(({ profile_key, profile_id }) => [profile_id, members.get(profile_key) ?? new Set()]));
  }
}

const KEYS = `SELECT sipHash64(id) AS profile_key, id AS profile_id FROM (SELECT arrayJoin({ids:Array(String)}) AS id)`;
const REDIRECTS = `SELECT profile_id, survivor, topic_id, topic_partition, topic_offset FROM hilo.redirect_rows FINAL
  WHERE survivor IN {ids:Array(String)} OR profile_id IN {ids:Array(String)}`;
const VERSIONS = `SELECT profile_id, max(version) AS version FROM hilo.profile_rows
  WHERE workspace = 'default' AND profile_id IN {ids:Array(String)} GROUP BY profile_id`;

/** What the profiles that one absorbed mean for it. */
function mergesOf(
  range: CommittedRange,
  absorbed: readonly Redirect[],
  { topicId }: Loaded,
): Pick<RecordedProfile, 'isMergedSince' | 'isHandedOver'> {
  const offsets = range.offsets('identity.merges');
  const partitions = [range.partition, ...absorbed.map(({ profile_id }) => partitionOf(profile_id, offsets.length))];
  return {
    isMergedSince: absorbed.some(
      ({ topic_id, topic_partition, topic_offset }) =>
        topic_id !== '' && topic_id === topicId && Number(topic_offset) >= (offsets[topic_partition] ?? 0),
    ),
    isHandedOver: absorbed.length > 0 && partitions.some((from) => partitions.some((to) => range.isInFlight(from, to))),
  };
}
