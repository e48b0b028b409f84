import type { EventReceived } from '@hilo/schemas';
import { LocalCodec } from '@hilo/schemas';
import { type Claim, type EventLog, LogAwayError, type LogRecord } from '../ports.ts';

/** The log in memory, in the real encoding. Tests switch its failures on and off. */
export class MemoryEventLog implements EventLog {
  readonly records: LogRecord[] = [];
  readonly codec = new LocalCodec();
  mood: 'well' | 'full' | 'crowded' | 'away' = 'well';

  /** Most bytes reserved at a time. */
  claimed_bytes = 0;
  #open_bytes = 0;

  claim(records: number, bytes: number): Claim | null {
    if (this.mood === 'crowded') return null;
    this.#open_bytes += bytes;
    this.claimed_bytes = Math.max(this.claimed_bytes, this.#open_bytes);
    return { records, bytes };
  }

  release({ bytes }: Claim): void {
    this.#open_bytes -= bytes;
  }

  /** Bytes reserved now; 0 when nothing is in flight. */
  get open_bytes(): number {
    return this.#open_bytes;
  }

  full(): boolean {
    return this.mood === 'full';
  }

  async append(records: readonly LogRecord[], claim?: Claim): Promise<void> {
    if (claim !== undefined) this.release(claim);
    if (this.mood === 'away') throw new LogAwayError('Kafka is away');
    this.records.push(...records);
  }

  /** Takes what was appended, decoded. */
  take(): (EventReceived & { readonly key: string | null })[] {
    return this.records.splice(0).map(({ key, value }) => {
      const decoded = this.codec.decode('events.received', value);
      if (!decoded.ok) throw new Error(decoded.message);
      return { key, ...(decoded.value as EventReceived) };
    });
  }
}
