import type { Identifier, Mention } from '@hilo/schemas';
import type { Query, Statement } from '@hilo/streaming';
import {
  type GraphChanges,
  type GraphLink,
  type GraphProfile,
  type StoredProfile,
  IdentityGraph,
  keyOf,
} from '../domain/identity-graph.ts';

/** A profile's row as the driver hands it over: 64-bit numbers are texts. */
interface ProfileRow {
  readonly profile_id: string;
  readonly created_at_ms: string;
  readonly version: string;
  readonly merge_version: string;
  readonly identifiers: readonly (readonly [string, string])[];
  readonly absorbed: readonly string[];
}

const LOAD = `
  SELECT p.profile_id, p.created_at_ms, p.version, p.merge_version, p.identifiers, p.absorbed
  FROM profile p
  WHERE p.profile_id IN (
    SELECT i.profile_id
    FROM unnest($1::text[], $2::text[]) AS wanted (type, value)
    JOIN identifier i ON i.type = wanted.type AND i.value = wanted.value
  )`;

/** Reads the graph around these identifiers: one query, so that all of it is of one moment. Locks nothing. */
export async function loadGraph(query: Query, mentions: readonly Mention[]): Promise<IdentityGraph> {
  const wanted = [
    ...new Map(mentions.flatMap(({ readings }) => readings).map((reading) => [keyOf(reading), reading])).values(),
  ];
  if (wanted.length === 0) return new IdentityGraph([]);
  const rows = await query.rows<ProfileRow>({
    name: 'identity-load',
    sql: LOAD,
    values: [wanted.map(({ type }) => type), wanted.map(({ value }) => value)],
  });
  return new IdentityGraph(rows.map(storedProfile));
}

function storedProfile(row: ProfileRow): StoredProfile {
  return {
    profile_id: row.profile_id,
    created_at_ms: Number(row.created_at_ms),
    version: Number(row.version),
    merge_version: Number(row.merge_version),
    identifiers: row.identifiers.map(([type, value]) => ({ type, value })),
    absorbed: row.absorbed,
  };
}

/**
 * The statements that make a batch's changes durable: one for each table and kind of change, none touching a row of
 * another. Each must hit exactly the rows it was made for; else another instance changed them since they were read.
 */
export function graphWrites(changes: GraphChanges): readonly Statement[] {
  return [
    createProfiles(byId(changes.created)),
    updateProfiles(byId(changes.updated)),
    insertLinks(byKey(changes.linked)),
    moveLinks(byKey(changes.moved)),
    insertMerges(changes),
  ].filter((statement) => statement.expect_rows !== 0);
}

const CREATE_PROFILES = `
  INSERT INTO profile (profile_id, created_at_ms, version, merge_version, identifiers, absorbed, merged_into)
  SELECT profile_id, created_at_ms, 1, merge_version, identifiers::jsonb, absorbed::jsonb, merged_into
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
    AS new (profile_id, created_at_ms, merge_version, identifiers, absorbed, merged_into)
  ON CONFLICT DO NOTHING
  RETURNING 1`;

function createProfiles(profiles: readonly GraphProfile[]): Statement {
  return {
    name: 'identity-create-profiles',
    sql: CREATE_PROFILES,
    values: [
      profiles.map(({ profile_id }) => profile_id),
      profiles.map(({ created_at_ms }) => created_at_ms),
      profiles.map(({ merge_version }) => merge_version),
      ...contentOf(profiles),
    ],
    expect_rows: profiles.length,
  };
}

const UPDATE_PROFILES = `
  UPDATE profile p
  SET version = p.version + 1, merge_version = new.merge_version, identifiers = new.identifiers::jsonb,
      absorbed = new.absorbed::jsonb, merged_into = new.merged_into
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
    AS new (profile_id, version, merge_version, identifiers, absorbed, merged_into)
  WHERE p.profile_id = new.profile_id AND p.version = new.version
  RETURNING 1`;

function updateProfiles(profiles: readonly GraphProfile[]): Statement {
  return {
    name: 'identity-update-profiles',
    sql: UPDATE_PROFILES,
    values: [
      profiles.map(({ profile_id }) => profile_id),
      profiles.map(({ stored_version }) => stored_version),
      profiles.map(({ merge_version }) => merge_version),
      ...contentOf(profiles),
    ],
    expect_rows: profiles.length,
  };
}

function contentOf(profiles: readonly GraphProfile[]): readonly (readonly (string | null)[])[] {
  return [
    profiles.map(({ identifiers }) => pairsOf(identifiers)),
    profiles.map(({ absorbed }) => JSON.stringify(absorbed)),
    profiles.map(({ merged_into }) => merged_into),
  ];
}

const INSERT_LINKS = `
  INSERT INTO identifier (type, value, profile_id, source, message_id, rule, event_time_ms, linked_at_ms)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[])
  ON CONFLICT DO NOTHING
  RETURNING 1`;

function insertLinks(links: readonly GraphLink[]): Statement {
  return {
    name: 'identity-insert-links',
    sql: INSERT_LINKS,
    values: [
      links.map(({ identifier }) => identifier.type),
      links.map(({ identifier }) => identifier.value),
      links.map(({ profile_id }) => profile_id),
      links.map(({ evidence }) => evidence?.source),
      links.map(({ evidence }) => evidence?.message_id),
      links.map(({ evidence }) => evidence?.rule),
      links.map(({ evidence }) => evidence?.event_time_ms),
      links.map(({ evidence }) => evidence?.decided_at_ms),
    ],
    expect_rows: links.length,
  };
}

const MOVE_LINKS = `
  UPDATE identifier i
  SET profile_id = moved.to_profile
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS moved (type, value, from_profile, to_profile)
  WHERE i.type = moved.type AND i.value = moved.value AND i.profile_id = moved.from_profile
  RETURNING 1`;

function moveLinks(links: readonly GraphLink[]): Statement {
  return {
    name: 'identity-move-links',
    sql: MOVE_LINKS,
    values: [
      links.map(({ identifier }) => identifier.type),
      links.map(({ identifier }) => identifier.value),
      links.map(({ stored_profile_id }) => stored_profile_id),
      links.map(({ profile_id }) => profile_id),
    ],
    expect_rows: links.length,
  };
}

const INSERT_MERGES = `
  INSERT INTO merge
    (absorbed, survivor, merge_id, version, identifiers, source, message_id, rule, event_time_ms, decided_at_ms)
  SELECT absorbed, survivor, merge_id, version, identifiers::jsonb, source, message_id, rule, event_time_ms, decided_at_ms
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::bigint[], $10::bigint[])
    AS new (absorbed, survivor, merge_id, version, identifiers, source, message_id, rule, event_time_ms, decided_at_ms)
  ON CONFLICT DO NOTHING
  RETURNING 1`;

function insertMerges({ merges }: GraphChanges): Statement {
  return {
    name: 'identity-insert-merges',
    sql: INSERT_MERGES,
    values: [
      merges.map(({ absorbed }) => absorbed),
      merges.map(({ survivor }) => survivor),
      merges.map(({ merge_id }) => merge_id),
      merges.map(({ version }) => version),
      merges.map(({ identifiers }) => pairsOf(identifiers)),
      merges.map(({ evidence }) => evidence.source),
      merges.map(({ evidence }) => evidence.message_id),
      merges.map(({ evidence }) => evidence.rule),
      merges.map(({ evidence }) => evidence.event_time_ms),
      merges.map(({ evidence }) => evidence.decided_at_ms),
    ],
    expect_rows: merges.length,
  };
}

function pairsOf(identifiers: readonly Identifier[]): string {
  return JSON.stringify(identifiers.map(({ type, value }) => [type, value]));
}

function byId(profiles: readonly GraphProfile[]): readonly GraphProfile[] {
  return profiles.toSorted((a, b) => (a.profile_id < b.profile_id ? -1 : 1));
}

function byKey(links: readonly GraphLink[]): readonly GraphLink[] {
  return links.toSorted((a, b) => (keyOf(a.identifier) < keyOf(b.identifier) ? -1 : 1));
}
