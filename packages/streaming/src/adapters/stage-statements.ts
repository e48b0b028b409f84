import { LEASE_MS } from '../partitions/owned-partition.ts';
import { encodeCheckpoint } from '../ports/checkpoint.ts';
import type { PartitionCommit, StateRow } from '../ports/store.ts';
import type { Part } from './compose-commit.ts';
import { shrink } from './outbox-bytes.ts';

/** SQLSTATE raised if a partition's epoch or revision is not the expected one. */
export const FENCED = 'HL002';
/** SQLSTATE raised if a statement did not change the rows it had to. */
export const CONFLICT = 'HL001';

/** The parts of every stage's commit: checkpoints, new outbox rows, acknowledged outbox rows. */
export function commitStatements(partitions: readonly PartitionCommit[], owner: string): Part[] {
  const parts: Part[] = [
    {
      name: 'cp',
      sql: `UPDATE checkpoint c SET revision = c.revision + 1, body = u.body, lease_owner = $5,
              lease_until = clock_timestamp() + interval '${LEASE_MS} milliseconds'
            FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[]) AS u(partition, epoch, revision, body)
            WHERE c.partition = u.partition AND c.epoch = u.epoch AND c.revision = u.revision RETURNING 1`,
      values: [
        partitions.map((p) => p.partition),
        partitions.map((p) => p.epoch),
        partitions.map((p) => p.checkpoint.revision),
        partitions.map((p) => encodeCheckpoint(p.checkpoint)),
        owner,
      ],
      expectRows: partitions.length,
      code: FENCED,
    },
  ];
  const rows = partitions.flatMap((p) => p.outbox.map((row) => ({ partition: p.partition, ...row })));
  if (rows.length > 0) {
    parts.push({
      name: 'outbox',
      sql: `INSERT INTO outbox (partition, id, body)
            SELECT p, i, substring($5::bytea FROM o FOR l)
            FROM unnest($1::int[], $2::bigint[], $3::int[], $4::int[]) AS u(p, i, o, l) RETURNING 1`,
      values: [rows.map((r) => r.partition), rows.map((r) => r.id), ...sliced(rows.map((r) => shrink(r.body)))],
    });
  }
  const gone = partitions.flatMap((p) => p.acknowledged.map((id) => ({ partition: p.partition, id })));
  if (gone.length > 0) {
    parts.push({
      name: 'sent',
      sql: `DELETE FROM outbox o USING unnest($1::int[], $2::bigint[]) AS u(p, i)
            WHERE o.partition = u.p AND o.id = u.i RETURNING 1`,
      values: [gone.map((g) => g.partition), gone.map((g) => g.id)],
    });
  }
  return parts;
}

/** Upserts state rows. Bodies travel as one binary parameter that SQL cuts up: no escaping, no copies in Node. */
export function stateStatement(rows: readonly StateRow[]): Part {
  const sorted = [...rows].sort((a, b) => a.partition - b.partition || (a.key < b.key ? -1 : 1));
  const empty = Buffer.alloc(0);
  const [offsets, lengths, blob] = sliced(sorted.map((row) => row.body ?? empty));
  return {
    name: 'state',
    sql: `INSERT INTO state (partition, key, body, due_ms, protocol)
          SELECT p, k, CASE WHEN has THEN substring($7::bytea FROM o FOR l) END, due, proto
          FROM unnest($1::int[], $2::text[], $3::boolean[], $4::bigint[], $8::text[], $5::int[], $6::int[])
            AS u(p, k, has, due, proto, o, l)
          ON CONFLICT (partition, key) DO UPDATE
            SET body = excluded.body, due_ms = excluded.due_ms, protocol = excluded.protocol RETURNING 1`,
    values: [
      sorted.map((row) => row.partition),
      sorted.map((row) => row.key),
      sorted.map((row) => row.body !== null),
      sorted.map((row) => (row.due_ms === null ? null : Math.floor(row.due_ms))),
      offsets,
      lengths,
      blob,
      sorted.map((row) => row.protocol),
    ],
  };
}

/** Offsets (from 1, as SQL counts), lengths, and all bytes in one buffer. */
function sliced(bodies: readonly Buffer[]): [number[], number[], Buffer] {
  const offsets: number[] = [];
  let at = 1;
  for (const body of bodies) {
    offsets.push(at);
    at += body.length;
  }
  return [offsets, bodies.map((body) => body.length), Buffer.concat(bodies)];
}
