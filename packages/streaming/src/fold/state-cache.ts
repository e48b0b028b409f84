import type { KeyRow } from './key-row.ts';

/**
 * Rows kept between batches; evicts the least recently used first, whatever its partition. Bounded in number and
 * encoded bytes.
 */
export class StateCache<S> {
  /** By `partition/key`, the most recently used at the end. */
  readonly #rows = new Map<string, KeyRow<S>>();
  readonly #maxRows: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxRows: number, maxBytes: number) {
    this.#maxRows = maxRows;
    this.#maxBytes = maxBytes;
  }

  get(partition: number, key: string): KeyRow<S> | undefined {
    return this.#rows.get(`${partition}/${key}`);
  }

  /** Keeps a row that was used. */
  put(row: KeyRow<S>): void {
    const id = `${row.partition}/${row.key}`;
    const before = this.#rows.get(id);
    if (before !== undefined) this.#delete(id, before);
    this.#rows.set(id, row);
    this.#bytes += row.bytes;
    for (const [oldest, evicted] of this.#rows) {
      if (oldest === id || (this.#rows.size <= this.#maxRows && this.#bytes <= this.#maxBytes)) return;
      this.#delete(oldest, evicted);
    }
  }

  /** Takes over a sweep's change of a cached row. That does not count as use, and other rows are not cached. */
  refresh(row: KeyRow<S>): void {
    const id = `${row.partition}/${row.key}`;
    const before = this.#rows.get(id);
    if (before === undefined) return;
    this.#rows.set(id, row);
    this.#bytes += row.bytes - before.bytes;
  }

  drop(partition: number, key: string): void {
    const id = `${partition}/${key}`;
    const before = this.#rows.get(id);
    if (before !== undefined) this.#delete(id, before);
  }

  forget(partition: number): void {
    for (const [id, row] of this.#rows) if (row.partition === partition) this.#delete(id, row);
  }

  #delete(id: string, row: KeyRow<S>): void {
    this.#rows.delete(id);
    this.#bytes -= row.bytes;
  }
}
