import type { ReleasedOrigin, StageProgress } from '@hilo/schemas';
import type { ProgressLog } from '../ports/log.ts';
import { progressKey, recordOfRelease } from '../time/progress-board.ts';
import type { MemoryLog } from './memory-log.ts';

const TOPIC = 'stages.progress';

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
    return read.map(({ value }) => JSON.parse(String(value)) as StageProgress);
  }

  publish(records: readonly StageProgress[]): void {
    for (const record of records) {
      const key = Buffer.from(progressKey(record));
      this.#log.append({ topic: TOPIC, partition: 0, key, value: Buffer.from(JSON.stringify(record)), headers: {} });
    }
  }

  async release(origin: ReleasedOrigin): Promise<void> {
    this.publish([recordOfRelease(origin)]);
  }

  async close(): Promise<void> {}
}
