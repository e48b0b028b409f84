import type { RawRecord } from '../ports/log.ts';

/** Records read ahead of the stage, in order of arrival. */
export class RecordBuffer {
  #records: RawRecord[] = [];
  #from = 0;
  #bytes = 0;

  get size(): number {
    return this.#records.length - this.#from;
  }

  /** Bytes of the waiting keys and values. */
  get bytes(): number {
    return this.#bytes;
  }

  push(record: RawRecord): void {
    this.#records.push(record);
    this.#bytes += bytesOf(record);
  }

  /** At most `max` records, and none that begins beyond `maxBytes`. */
  take(max: number, maxBytes: number): RawRecord[] {
    let bytes = 0;
    let end = this.#from;
    for (; end < this.#records.length && end < this.#from + max && bytes < maxBytes; end += 1) {
      bytes += bytesOf(this.#records[end] as RawRecord);
    }
    const taken = this.#records.slice(this.#from, end);
    this.#from = end;
    this.#bytes -= bytes;
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
    this.#bytes = this.#records.reduce((bytes, record) => bytes + bytesOf(record), 0);
  }
}

function bytesOf({ key, value }: RawRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}
