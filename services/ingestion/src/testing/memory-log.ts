import type { EventReceived } from '@hilo/schemas';
import { LocalCodec } from '@hilo/schemas';
import { type Claim, type EventLog, LogUnavailableError, type LogRecord } from '../ports.ts';

/** The log in memory, in the real encoding. Tests switch its failures on and off. */
export class MemoryEventLog implements EventLog {
  readonly records: LogRecord[] = [];
  readonly codec = new LocalCodec();
  mood: 'well' | 'full' | 'crowded' | 'away' = 'well';

  /** Most bytes reserved at a time. */
  claimedBytes = 0;
  #openBytes = 0;

  claim(records: number, bytes: number): Claim | null {
    if (this.mood === 'crowded') return null;
    this.#openBytes += bytes;
    this.claimedBytes = Math.max(this.claimedBytes, this.#openBytes);
    return { records, bytes };
  }

  release({ bytes }: Claim): void {
    this.#openBytes -= bytes;
  }

  /** Bytes reserved now; 0 when nothing is in flight. */
  get openBytes(): number {
    return this.#openBytes;
  }

  full(): boolean {
    return this.mood === 'full';
  }

  async append(records: readonly LogRecord[], claim?: Claim): Promise<void> {
    if (claim !== undefined) this.release(claim);
    if (this.mood === 'away') throw new LogUnavailableError('Kafka is unavailable');
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
