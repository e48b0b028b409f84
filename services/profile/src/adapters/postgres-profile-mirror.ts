import { columnsOf, type KeyedTablesOf, type StateChange, type Statement } from '@hilo/streaming';
import { PROFILE_CODEC } from '../domain/profile-codec.ts';
import { type ProfileState, compareTexts } from '../domain/profile-state.ts';
import type { TOPOLOGY } from '../topology.ts';

const PUT_DOCUMENTS = `
  INSERT INTO document (profile_id, body, absorbed)
  SELECT profile_id, body, false FROM unnest($1::text[], $2::text[]) AS new (profile_id, body)
  ON CONFLICT (profile_id) DO UPDATE SET body = EXCLUDED.body
  RETURNING 1`;

const MARK_ABSORBED = `
  UPDATE document SET absorbed = true WHERE profile_id = ANY ($1::text[]) RETURNING 1`;

const PUT_IDENTIFIERS = `
  INSERT INTO identifier (type, value, profile_id)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
  ON CONFLICT (value, type) DO UPDATE SET profile_id = EXCLUDED.profile_id
  RETURNING 1`;

/**
 * Copies changed states into the tables that the Profile API reads. An absorbed profile keeps its document and
 * identifiers until the survivor takes the identifiers with the handover, so an identifier always leads to a profile.
 */
export const PROFILE_TABLES = {
  project: (changes) => {
    const sorted = changes.toSorted((a, b) => compareTexts(a.key, b.key));
    return [putDocuments(sorted), markAbsorbed(sorted), putIdentifiers(sorted)].filter((one) => one !== null);
  },
} satisfies KeyedTablesOf<typeof TOPOLOGY, ProfileState>;

function putDocuments(changes: readonly StateChange<ProfileState>[]): Statement | null {
  const documents = changes.flatMap(({ after }) =>
    after === null ? [] : [{ profile_id: after.profile_id, body: PROFILE_CODEC.encode(after).toString('utf8') }],
  );
  if (documents.length === 0) return null;
  const columns = columnsOf(documents, ['profile_id', 'body']);
  return { name: 'profile-put-documents', sql: PUT_DOCUMENTS, ...columns };
}

function markAbsorbed(changes: readonly StateChange<ProfileState>[]): Statement | null {
  const absorbed = changes.filter(({ before, after }) => after === null && before !== null);
  if (absorbed.length === 0) return null;
  const columns = columnsOf(
    absorbed.map(({ key }) => ({ profile_id: key })),
    ['profile_id'],
  );
  return { name: 'profile-mark-absorbed', sql: MARK_ABSORBED, ...columns };
}

function putIdentifiers(changes: readonly StateChange<ProfileState>[]): Statement | null {
  const rows = new Map<string, { readonly type: string; readonly value: string; readonly profile_id: string }>();
  for (const { key, before, after } of changes) {
    if (after === null || after.identifiers === before?.identifiers) continue;
    const known = new Set(before?.identifiers.map(({ type, value }) => `${value}\0${type}`));
    for (const { type, value } of after.identifiers)
      if (!known.has(`${value}\0${type}`)) rows.set(`${value}\0${type}`, { type, value, profile_id: key });
  }
  if (rows.size === 0) return null;
  const sorted = [...rows].sort(([a], [b]) => compareTexts(a, b)).map(([, row]) => row);
  const columns = columnsOf(sorted, ['type', 'value', 'profile_id']);
  return { name: 'profile-put-identifiers', sql: PUT_IDENTIFIERS, ...columns };
}
