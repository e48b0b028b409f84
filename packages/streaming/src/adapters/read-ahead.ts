import type { RawRecord } from '../ports/log.ts';
import { RecordBuffer } from './record-buffer.ts';
import { WakeCall } from './wake-call.ts';

/** Records, and their bytes, to read ahead before fetching pauses. */
const READ_AHEAD = 4_000;
const READ_AHEAD_BYTES = 16 * 1024 * 1024;
/** Bytes of records to pass on at once. */
const POLL_BYTES = 2 * 1024 * 1024;

/** Records that are fetched before the stage asks for them. Its size is limited: fetches wait while it is full. */
export class ReadAhead {
  readonly #buffer = new RecordBuffer();
  readonly #drained = new WakeCall();
  /** True while the stage processes the records that it took last. */
  #busy = false;

  get isEmpty(): boolean {
    return this.#buffer.size === 0;
  }

  /**
   * While the stage is busy, the consumer reads only one fetch ahead. The broker gathers new records meanwhile, and one large
   * fetch costs it less than many small ones.
   */
  get isFull(): boolean {
    const { size, bytes } = this.#buffer;
    return size > READ_AHEAD || bytes > READ_AHEAD_BYTES || (this.#busy && size > 0);
  }

  push(record: RawRecord): void {
    this.#buffer.push(record);
  }

  /** The stage has processed the records that it took, and asks for more. */
  asked(): void {
    this.#busy = false;
    this.#drained.call();
  }

  /** Takes up to `maxRecords` records, in the order in which they arrived. */
  take(maxRecords: number): RawRecord[] {
    const records = maxRecords > 0 ? this.#buffer.take(maxRecords, POLL_BYTES) : [];
    this.#busy = records.length > 0;
    if (this.#buffer.size <= READ_AHEAD / 2 && this.#buffer.bytes <= READ_AHEAD_BYTES / 2) this.#drained.call();
    return records;
  }

  /** Drops the records of a partition. */
  drop(partition: number): void {
    this.#buffer.drop(partition);
    this.#drained.call();
  }

  /** Waits until there may be room again, up to `mostMs`. */
  async room(mostMs: number): Promise<void> {
    await this.#drained.wait(mostMs);
  }
}
