import type { InputOf, LoaderLogicOf, LogPosition, RecordsRead, TableRow } from '@hilo/streaming';
import { eventRow } from '../domain/event-row.ts';
import { deliveryRow, membershipRow, profileChangeRows, profileRow, rejectedRow } from '../domain/fact-rows.ts';
import { mergeRow, redirectRows } from '../domain/merge-rows.ts';
import type { PositionColumns, TableName, TableRows } from '../domain/tables.ts';
import type { TOPOLOGY } from '../topology.ts';

/** Topics that the stage reads. */
export type HistoryTopics = RecordsRead<typeof TOPOLOGY>;

/** Turns each record into its rows: the same record always gives the same rows, so a repeated load changes nothing. */
export const recordHistory: LoaderLogicOf<typeof TOPOLOGY> = {
  kind: 'loader',
  rows: (input) => {
    const made = rows(input);
    if (input.logPosition !== undefined) for (const { row } of made) place(row, input.logPosition);
    return made;
  },
};

/** Marks a row with the record it was made from. The row must belong to nobody else. */
function place(row: PositionColumns, { topic_id, partition, offset }: LogPosition): void {
  row.topic_id = topic_id;
  row.topic_partition = partition;
  row.topic_offset = offset;
}

function rows(input: InputOf<typeof TOPOLOGY>): readonly TableRow[] {
  switch (input.topic) {
    case 'events.identified':
      return [row('event_rows', eventRow(input.value))];
    case 'events.rejected':
      return [row('rejected_rows', rejectedRow(input.value))];
    case 'identity.merges':
      return [
        row('merge_rows', mergeRow(input.value)),
        ...redirectRows(input.value).map((redirect) => row('redirect_rows', redirect)),
      ];
    case 'profiles.changed':
      return [
        row('profile_rows', profileRow(input.value)),
        ...profileChangeRows(input.value).map((change) => row('profile_change_rows', change)),
      ];
    case 'segments.membership':
      return [row('membership_rows', membershipRow(input.value))];
    case 'activation.deliveries':
      return [row('delivery_rows', deliveryRow(input.value))];
  }
}

function row<T extends TableName>(table: T, value: TableRows[T]): TableRow {
  return { table, row: value };
}
