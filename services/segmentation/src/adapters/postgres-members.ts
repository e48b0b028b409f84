import {
  columnsOf,
  type FoldedShared,
  type KeyedTablesOf,
  type RecordsRead,
  type StateChange,
  type Statement,
} from '@hilo/streaming';
import type { ProfileState } from '../domain/profile-state.ts';
import type { TOPOLOGY } from '../topology.ts';

/** A row of the table `member`. */
interface MemberRow {
  readonly segment: string;
  readonly profile_id: string;
  readonly partition: number;
  readonly segment_version: number;
  readonly since_ms: number;
}

/** The tables that the stage writes beside its states: who is in which segment, and where changes of definitions were folded. */
export const MEMBER_TABLES = { project: memberRows, note: noteDefinitions } satisfies KeyedTablesOf<
  typeof TOPOLOGY,
  ProfileState
>;

/**
 * The rows of `member` and `member_count` that changed with the states: the members of each segment, for lists and
 * sizes. They commit together with the states, so they are never wrong, only as old as the stage's lag.
 */
function memberRows(changes: readonly StateChange<ProfileState>[]): readonly Statement[] {
  const written: MemberRow[] = [];
  const removed: Pick<MemberRow, 'segment' | 'profile_id'>[] = [];
  const deltas = new Map<string, { segment: string; partition: number; delta: number }>();
  const count = (segment: string, partition: number, delta: number): void => {
    const name = `${segment}\u0000${partition}`;
    const known = deltas.get(name);
    if (known === undefined) deltas.set(name, { segment, partition, delta });
    else known.delta += delta;
  };

  for (const { key, partition, before, after } of changes) {
    if (before?.memberships === after?.memberships) continue;
    for (const [segment, { segment_version, since_ms }] of after?.memberships ?? []) {
      const known = before?.memberships.get(segment);
      if (known === undefined) count(segment, partition, 1);
      else if (known.segment_version === segment_version && known.since_ms === since_ms) continue;
      written.push({ segment, profile_id: key, partition, segment_version, since_ms });
    }
    for (const segment of before?.memberships.keys() ?? []) {
      if (after?.memberships.has(segment) === true) continue;
      removed.push({ segment, profile_id: key });
      count(segment, partition, -1);
    }
  }
  const counted = [...deltas.values()].filter(({ delta }) => delta !== 0);
  return [
    ...(written.length === 0 ? [] : [writeMembers(written.sort(byKey))]),
    ...(removed.length === 0 ? [] : [removeMembers(removed.sort(byKey))]),
    ...(counted.length === 0 ? [] : [addCounts(counted.sort(bySegment))]),
  ];
}

type Key = Pick<MemberRow, 'segment' | 'profile_id'>;

function byKey(one: Key, other: Key): number {
  if (one.segment !== other.segment) return one.segment < other.segment ? -1 : 1;
  return one.profile_id < other.profile_id ? -1 : 1;
}

function bySegment(one: { segment: string; partition: number }, other: { segment: string; partition: number }): number {
  if (one.segment !== other.segment) return one.segment < other.segment ? -1 : 1;
  return one.partition - other.partition;
}

const WRITE_MEMBERS = `
  INSERT INTO member (segment, profile_id, partition, segment_version, since_ms)
  SELECT segment, profile_id, partition, segment_version, since_ms
  FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
    AS row (segment, profile_id, partition, segment_version, since_ms)
  ON CONFLICT (segment, profile_id) DO UPDATE
    SET partition = excluded.partition, segment_version = excluded.segment_version, since_ms = excluded.since_ms
  RETURNING 1`;

function writeMembers(rows: readonly MemberRow[]): Statement {
  const columns = columnsOf(rows, ['segment', 'profile_id', 'partition', 'segment_version', 'since_ms']);
  return { name: 'segmentation-write-members', sql: WRITE_MEMBERS, ...columns };
}

const REMOVE_MEMBERS = `
  DELETE FROM member USING unnest($1::text[], $2::text[]) AS gone (segment, profile_id)
  WHERE member.segment = gone.segment AND member.profile_id = gone.profile_id RETURNING 1`;

function removeMembers(rows: readonly Key[]): Statement {
  return { name: 'segmentation-remove-members', sql: REMOVE_MEMBERS, ...columnsOf(rows, ['segment', 'profile_id']) };
}

const ADD_COUNTS = `
  INSERT INTO member_count (segment, partition, members)
  SELECT segment, partition, delta FROM unnest($1::text[], $2::int[], $3::bigint[]) AS row (segment, partition, delta)
  ON CONFLICT (segment, partition) DO UPDATE SET members = member_count.members + excluded.members
  RETURNING 1`;

function addCounts(rows: readonly { segment: string; partition: number; delta: number }[]): Statement {
  const columns = columnsOf(rows, ['segment', 'partition', 'delta']);
  return { name: 'segmentation-add-member-counts', sql: ADD_COUNTS, ...columns };
}

const NOTE_DEFINITIONS = `
  INSERT INTO definition_position (partition, number, offsets)
  SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[]) ON CONFLICT DO NOTHING RETURNING 1`;

/** Rows that record each partition's position when it folded a change of the definitions; null: none has a number. */
function noteDefinitions(folded: readonly FoldedShared<RecordsRead<typeof TOPOLOGY>>[]): Statement | null {
  const rows = folded.flatMap(({ input, positions }) =>
    input.topic === 'segments.definitions' && input.value.number > 0
      ? [{ partition: input.partition, number: input.value.number, offsets: JSON.stringify(positions) }]
      : [],
  );
  if (rows.length === 0) return null;
  const columns = columnsOf(rows, ['partition', 'number', 'offsets']);
  return { name: 'segmentation-note-definitions', sql: NOTE_DEFINITIONS, ...columns };
}
