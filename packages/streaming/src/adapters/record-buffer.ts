import type { RawRecord } from '../ports.ts';

/** Records read ahead of the stage, in the order in which they came. */
export class RecordBuffer {
  #records: RawRecord[] = [];
  #from = 0;
  readonly #count = new Map<number, number>();

  get size(): number {
    return this.#records.length - this.#from;
  }

  /** Records waiting of one partition. */
  countOf(partition: number): number {
    return this.#count.get(partition) ?? 0;
  }

  push(record: RawRecord): void {
    this.#records.push(record);
    this.#count.set(record.partition, this.countOf(record.partition) + 1);
  }

  take(max: number): RawRecord[] {
    const taken = this.#records.slice(this.#from, this.#from + max);
    this.#from += taken.length;
    for (const { partition } of taken) this.#count.set(partition, this.countOf(partition) - 1);
    if (this.#from === this.#records.length) {
      this.#records = [];
      this.#from = 0;
    } else if (this.#from > 1_000 && this.#from * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#from);
      this.#from = 0;
    }
    return taken;
  }

  drop(partition: number): void {
    this.#records = this.#records.slice(this.#from).filter((record) => record.partition !== partition);
    this.#from = 0;
    this.#count.delete(partition);
  }
}
