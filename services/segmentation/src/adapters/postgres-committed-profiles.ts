import type { Zone } from '@hilo/behaviour';
import { type AskedKeys, readStageSnapshot, type SnapshotQuery, type StageSnapshot } from '@hilo/streaming';
import type pg from 'pg';
import { compiledOf } from '../domain/compile.ts';
import { decodeDefinitions, type Definitions, encodeDefinitions, NO_DEFINITIONS } from '../domain/definitions.ts';
import type { ProfileState } from '../domain/profile-state.ts';
import { decodeProfile, encodeProfile } from '../domain/profile-state-codec.ts';
import type { CommittedProfile } from '../domain/verify.ts';
import type { CommittedProfiles, CommittedRange } from '../ports.ts';
import { TOPOLOGY } from '../topology.ts';

const CODECS = {
  stage: TOPOLOGY.stage,
  handover: 'segmentation.handover',
  state: { encode: encodeProfile, decode: decodeProfile },
  shared: { encode: encodeDefinitions, decode: decodeDefinitions },
} as const;

/** Reads what the stage has committed, each range in one snapshot of its schema. */
export class PostgresCommittedProfiles implements CommittedProfiles {
  readonly #pool: pg.Pool;
  readonly #zone: Zone;

  constructor(pool: pg.Pool, zone: Zone) {
    this.#pool = pool;
    this.#zone = zone;
  }

  async read(partition: number, asked: AskedKeys): Promise<CommittedRange> {
    return snapshot(this.#pool, async (query) => {
      const found = await readStageSnapshot(query, CODECS, partition, asked);
      const definitions = found.shared ?? NO_DEFINITIONS;
      const listed = await readListed(query, definitions, partition, asked, found);
      return {
        partition,
        definitions,
        compiled: compiledOf(definitions, this.#zone),
        profiles: withListed(found, listed),
        to: found.to,
        isSweeping: found.isSweeping,
        momentMs: found.momentMs,
        offsets: found.offsets,
        isInFlight: found.isInFlight,
      };
    });
  }
}

/** Runs statements that all see the same state of the database. */
async function snapshot<T>(pool: pg.Pool, work: (query: SnapshotQuery) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const result = await work(async <Row>(sql: string, values: readonly unknown[]) => {
      return (await client.query(sql, [...values])).rows as Row[];
    });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failed: Error) => (broken = failed));
    throw error;
  } finally {
    client.release(broken);
  }
}

type Listed = ReadonlyMap<string, ReadonlySet<string>>;

const LISTED_BETWEEN = `SELECT m.segment, m.profile_id FROM unnest($1::text[]) AS s(segment) CROSS JOIN LATERAL (
    SELECT segment, profile_id FROM member WHERE member.segment = s.segment AND member.profile_id > $3 COLLATE "C"
      AND ($4::text IS NULL OR member.profile_id <= $4 COLLATE "C") AND member.partition = $2
  ) AS m`;
const LISTED_NAMED = `SELECT segment, profile_id FROM member
  WHERE segment = ANY($1::text[]) AND partition = $2 AND profile_id = ANY($3::text[])`;

/** The segments in which the table of members has each profile. */
async function readListed(
  query: SnapshotQuery,
  { segments }: Definitions,
  partition: number,
  asked: AskedKeys,
  { to }: StageSnapshot<ProfileState, Definitions>,
): Promise<Listed> {
  const keys = [...segments.keys()];
  const [sql, values] =
    'after' in asked
      ? [LISTED_BETWEEN, [keys, partition, asked.after, to]]
      : [LISTED_NAMED, [keys, partition, asked.names]];
  const rows = await query<{ readonly segment: string; readonly profile_id: string }>(sql, values);
  const listed = new Map<string, Set<string>>();
  for (const { segment, profile_id } of rows) {
    const known = listed.get(profile_id);
    if (known === undefined) listed.set(profile_id, new Set([segment]));
    else known.add(segment);
  }
  return listed;
}

const IN_NONE: ReadonlySet<string> = new Set();

function withListed({ keys }: StageSnapshot<ProfileState, Definitions>, listed: Listed): readonly CommittedProfile[] {
  const known = new Set(keys.map(({ key }) => key));
  const unknown = [...listed].filter(([profile_id]) => !known.has(profile_id));
  return [
    ...keys.map(
      ({ key, state, redirect, isHeld, isWaiting }): CommittedProfile => ({
        ...{ profile_id: key, state, isAbsorbed: redirect !== null, isHeld, isWaiting },
        listed: listed.get(key) ?? IN_NONE,
      }),
    ),
    ...unknown.map(
      ([profile_id, segments]): CommittedProfile => ({
        ...{ profile_id, state: null, isAbsorbed: false, isHeld: false, isWaiting: false, listed: segments },
      }),
    ),
  ];
}
