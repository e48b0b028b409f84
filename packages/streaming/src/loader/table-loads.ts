import type { LogPosition } from '../language/input.ts';
import type { LoadSink, TableRow } from '../language/loader-logic.ts';

interface TableLoad {
  readonly rows: object[];
  /** Where the first record lies that rows were made of; undefined where that is not known. */
  readonly first: LogPosition | undefined;
}

/** The rows of one load, by table. */
export class TableLoads {
  readonly #tables = new Map<string, TableLoad>();

  /** `position`: where the record lies that the row was made of. */
  add({ table, row }: TableRow, position: LogPosition | undefined): void {
    const load = this.#tables.get(table);
    if (load === undefined) this.#tables.set(table, { rows: [row], first: position });
    else load.rows.push(row);
  }

  /**
   * Inserts each table's rows under a token of its own. `may_be_there`: some may have been inserted before, so long ago that
   * the table has forgotten the token. What is stored is stored whole, so one row tells.
   */
  async insertInto(sink: LoadSink, token: string, may_be_there: boolean): Promise<void> {
    for (const [table, { rows, first }] of this.#tables) {
      if (may_be_there && first !== undefined && (await sink.holds(table, first))) continue;
      await sink.insert(table, rows, `${token}:${table}`);
    }
  }
}
