import type { LogPosition } from '../language/input.ts';
import type { LoadSink, TableRow } from '../language/loader-logic.ts';

interface TableLoad {
  readonly rows: object[];
  /** Position of the first record that rows were made from; undefined if unknown. */
  readonly first: LogPosition | undefined;
}

/** The rows of one load, by table. */
export class TableLoads {
  readonly #tables = new Map<string, TableLoad>();

  /** `position`: position of the record that the row was made from. */
  add({ table, row }: TableRow, position: LogPosition | undefined): void {
    const load = this.#tables.get(table);
    if (load === undefined) this.#tables.set(table, { rows: [row], first: position });
    else load.rows.push(row);
  }

  /**
   * Inserts each table's rows under its own token. `mayBeThere`: some may have been inserted so long ago that the
   * table has forgotten the token. A block is stored whole, so one row is enough to know.
   */
  async insertInto(sink: LoadSink, token: string, mayBeThere: boolean): Promise<void> {
    for (const [table, { rows, first }] of this.#tables) {
      if (mayBeThere && first !== undefined && (await sink.holds(table, first))) continue;
      await sink.insert(table, rows, `${token}:${table}`);
    }
  }
}
