import type { ReleasedOrigin, StageProgress } from '@hilo/schemas';
import type { ProgressLog, RawRecord } from '../ports/log.ts';
import { progressKey, recordOfRelease } from '../time/progress-board.ts';
import type { MemoryLog } from './memory-log.ts';

const TOPIC = 'stages.progress';
/** What bytes of a log say: all readers read the same ones. */
const SAID = new WeakMap<Buffer, StageProgress>();

/** Progress in a memory log that the stages of a test share. What is published is read at once. */
export class MemoryProgressLog implements ProgressLog {
  readonly isBusy = false;
  readonly #log: MemoryLog;
  #next = 0;

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  async start(): Promise<void> {}

  take(): readonly StageProgress[] {
    const read = this.#log.read(TOPIC, 0).slice(this.#next);
    this.#next += read.length;
    return read.map(progressIn);
  }

  publish(records: readonly StageProgress[]): void {
    for (const record of records) {
      const key = Buffer.from(progressKey(record));
      const value = Buffer.from(JSON.stringify(record));
      SAID.set(value, record);
      this.#log.append({ topic: TOPIC, partition: 0, key, value, headers: {} });
    }
  }

  async release(origin: ReleasedOrigin): Promise<void> {
    this.publish([recordOfRelease(origin)]);
  }

  async close(): Promise<void> {}
}

/** The progress in a record of the log. */
export function progressIn({ value }: RawRecord): StageProgress {
  return (value === null ? undefined : SAID.get(value)) ?? (JSON.parse(String(value)) as StageProgress);
}
