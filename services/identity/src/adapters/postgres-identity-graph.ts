import { DEFAULT_RULES, type Identifier, type Mention, readIdentifiers } from '@hilo/schemas';
import { type BatchTablesOf, columnsOf, type Query, type Statement } from '@hilo/streaming';
import {
  type GraphChanges,
  type GraphLink,
  type GraphProfile,
  type StoredProfile,
  IdentityGraph,
  keyOf,
} from '../domain/identity-graph.ts';
import type { IdentityView } from '../processors/identify.ts';
import type { TOPOLOGY } from '../topology.ts';

/** A profile's row as the driver returns it: 64-bit numbers are texts. */
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

/** The tables of the identity graph, as the stage loads and writes them. */
export function identityTables(): BatchTablesOf<typeof TOPOLOGY, IdentityView> {
  return {
    load: async (inputs, query) => {
      const mentions = new Map(inputs.map((input) => [input, readIdentifiers(input.value, DEFAULT_RULES)]));
      const named = [...mentions.values()].flatMap((one) => one ?? []);
      return { graph: await loadGraph(query, named), mentions, decided: [] };
    },
    writes: ({ graph }) => graphWrites(graph.changes()),
  };
}

/** Reads the part of the graph around these identifiers in one query, as of one moment. Locks nothing. */
export async function loadGraph(query: Query, mentions: readonly Mention[]): Promise<IdentityGraph> {
  const wanted = [
    ...new Map(mentions.flatMap(({ readings }) => readings).map((reading) => [keyOf(reading), reading])).values(),
  ];
  if (wanted.length === 0) return new IdentityGraph([]);
  const rows = await query.rows<ProfileRow>({
    name: 'identity-load-graph',
    sql: LOAD,
    ...columnsOf(wanted, ['type', 'value']),
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
 * The statements that write a batch's changes: one for each table and kind of change, none touching another's rows.
 * Each must change exactly the rows it was made for; otherwise another instance has changed them since they were read.
 */
export function graphWrites(changes: GraphChanges): readonly Statement[] {
  return [
    createProfiles(byId(changes.created)),
    updateProfiles(byId(changes.updated)),
    insertLinks(byKey(changes.linked)),
    moveLinks(byKey(changes.moved)),
    insertMerges(changes),
  ].filter((statement) => statement.expectRows !== 0);
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
    ...columnsOf(profiles.map(rowOf), ['profile_id', 'created_at_ms', 'merge_version', ...CONTENT]),
    expectRows: profiles.length,
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
    ...columnsOf(profiles.map(rowOf), ['profile_id', 'version', 'merge_version', ...CONTENT]),
    expectRows: profiles.length,
  };
}

const CONTENT = ['identifiers', 'absorbed', 'merged_into'] as const;

/** `version` is the one that the profile was read with. */
function rowOf({ profile_id, created_at_ms, storedVersion, merge_version, ...content }: GraphProfile) {
  return {
    profile_id,
    created_at_ms,
    version: storedVersion,
    merge_version,
    identifiers: pairsOf(content.identifiers),
    absorbed: JSON.stringify(content.absorbed),
    merged_into: content.merged_into,
  };
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
    ...columnsOf(
      links.map(({ identifier: { type, value }, profile_id, evidence }) => ({
        ...{
          type,
          value,
          profile_id,
          source: evidence?.source,
          message_id: evidence?.message_id,
          rule: evidence?.rule,
        },
        ...{ event_time_ms: evidence?.event_time_ms, linked_at_ms: evidence?.decided_at_ms },
      })),
      ['type', 'value', 'profile_id', 'source', 'message_id', 'rule', 'event_time_ms', 'linked_at_ms'],
    ),
    expectRows: links.length,
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
    ...columnsOf(
      links.map(({ identifier: { type, value }, storedProfileId, profile_id }) => ({
        ...{ type, value, from_profile: storedProfileId, to_profile: profile_id },
      })),
      ['type', 'value', 'from_profile', 'to_profile'],
    ),
    expectRows: links.length,
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
    ...columnsOf(
      merges.map(({ evidence, identifiers, ...merge }) => ({
        ...merge,
        ...evidence,
        identifiers: pairsOf(identifiers),
      })),
      [
        ...(['absorbed', 'survivor', 'merge_id', 'version', 'identifiers'] as const),
        ...(['source', 'message_id', 'rule', 'event_time_ms', 'decided_at_ms'] as const),
      ],
    ),
    expectRows: merges.length,
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
