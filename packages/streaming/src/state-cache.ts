import type { KeyRow } from './key-row.ts';

/** Rows kept between batches, least recently used out first, bounded in number and in encoded bytes. */
export class StateCache<S> {
  readonly #rows = new Map<number, Map<string, KeyRow<S>>>();
  readonly #max_rows: number;
  readonly #max_bytes: number;
  #count = 0;
  #bytes = 0;

  constructor(max_rows: number, max_bytes: number) {
    this.#max_rows = max_rows;
    this.#max_bytes = max_bytes;
  }

  get(partition: number, key: string): KeyRow<S> | undefined {
    return this.#rows.get(partition)?.get(key);
  }

  put(row: KeyRow<S>): void {
    let rows = this.#rows.get(row.partition);
    if (rows === undefined) this.#rows.set(row.partition, (rows = new Map()));
    const before = rows.get(row.key);
    if (before !== undefined) {
      rows.delete(row.key);
      this.#count -= 1;
      this.#bytes -= before.bytes;
    }
    rows.set(row.key, row);
    this.#count += 1;
    this.#bytes += row.bytes;
    this.#evict(rows);
  }

  forget(partition: number): void {
    for (const row of this.#rows.get(partition)?.values() ?? []) {
      this.#count -= 1;
      this.#bytes -= row.bytes;
    }
    this.#rows.delete(partition);
  }

  // The oldest of the partition just written goes first: partitions are hit evenly, so this is close to least recently used.
  #evict(rows: Map<string, KeyRow<S>>): void {
    for (const [key, row] of rows) {
      if (this.#count <= this.#max_rows && this.#bytes <= this.#max_bytes) return;
      if (rows.size === 1) return;
      rows.delete(key);
      this.#count -= 1;
      this.#bytes -= row.bytes;
    }
  }
}
