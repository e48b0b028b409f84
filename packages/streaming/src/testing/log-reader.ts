import { expect } from 'vitest';
import type { LogConsumer, RawRecord } from '../ports/log.ts';

/** How long a test waits for a broker, and how often it looks. */
export const PATIENCE = { timeout: 60_000, interval: 50 };

/** Polls a consumer until it has the expected records; records its assignments. */
export class LogReader {
  readonly records: RawRecord[] = [];
  assignment: readonly number[] = [];
  /** The consumer's reports of logs that lost their next records. */
  readonly truncated: string[] = [];
  readonly consumer: LogConsumer;

  constructor(consumer: LogConsumer) {
    this.consumer = consumer;
  }

  async poll(maxRecords = 1_000): Promise<void> {
    const polled = await this.consumer.poll(maxRecords, 50);
    if (polled.assignment !== undefined) this.assignment = [...polled.assignment].sort((x, y) => x - y);
    this.records.push(...polled.records);
    this.truncated.push(...(polled.truncated ?? []).map(({ message }) => message));
  }

  /** Polls until the expectation holds. */
  async until(expectation: () => void): Promise<void> {
    await expect
      .poll(async () => {
        await this.poll();
        try {
          expectation();
          return 'met';
        } catch (error) {
          return error;
        }
      }, PATIENCE)
      .toBe('met');
  }

  async assigned(...partitions: number[]): Promise<this> {
    await this.until(() => expect(this.assignment).toEqual(partitions));
    return this;
  }

  texts(): string[] {
    return this.records.map(({ value }) => String(value));
  }

  /** Records of all open partitions that were not passed on. */
  lag(): number {
    return this.consumer.lag().reduce((sum, { records }) => sum + records, 0);
  }
}
