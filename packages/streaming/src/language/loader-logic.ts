import type { LogPosition, RecordOf, TopicTypes } from './input.ts';

/** Turns records into rows. Pure: the same record always makes the same rows. */
export interface LoaderLogic<M extends TopicTypes> {
  readonly kind: 'loader';
  rows(input: RecordOf<M>): readonly TableRow[];
}

/** A row for a table of the sink. */
export interface TableRow {
  readonly table: string;
  readonly row: object;
}

/** The store of the rows. All methods throw `retriable` errors while it is unavailable. */
export interface LoadSink {
  /** Stores all rows or none. Inserting again with the same token must do nothing, for as long as tokens are known. */
  insert(table: string, rows: readonly object[], token: string): Promise<void>;
  /** Whether the table has a row that was made from the record at this position, however long ago it was inserted. */
  holds(table: string, position: LogPosition): Promise<boolean>;
}
