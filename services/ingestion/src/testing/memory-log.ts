import type { EventReceived } from '@hilo/schemas';
import { LocalCodec } from '@hilo/schemas';
import { type EventLog, LogAwayError, type LogRecord } from '../ports.ts';

/** The log in memory, in the real encoding. Tests turn its moods. */
export class MemoryEventLog implements EventLog {
  readonly records: LogRecord[] = [];
  readonly codec = new LocalCodec();
  mood: 'well' | 'full' | 'away' = 'well';

  full(): boolean {
    return this.mood === 'full';
  }

  async append(records: readonly LogRecord[]): Promise<void> {
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
