import type { FoldedShared, Statement } from '@hilo/streaming';
import type { Records } from '../topology.ts';

/** Rows that say where each partition stood when it folded a change of the definitions; null: none has a number. */
export function noteDefinitions(folded: readonly FoldedShared<Records>[]): Statement | null {
  const rows = folded.flatMap(({ input, positions }) =>
    input.topic === 'segments.definitions' && input.value.number > 0
      ? [{ partition: input.partition, number: input.value.number, offsets: JSON.stringify(positions) }]
      : [],
  );
  if (rows.length === 0) return null;
  return {
    name: 'segmentation_note_definitions',
    sql: `INSERT INTO definition_position (partition, number, offsets)
      SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[]) ON CONFLICT DO NOTHING RETURNING 1`,
    values: [
      rows.map(({ partition }) => partition),
      rows.map(({ number }) => number),
      rows.map(({ offsets }) => offsets),
    ],
  };
}
