import type { StageMetrics } from './metrics.ts';
import type { Clock, LogConsumer } from './ports.ts';

/** How often the gauges are set: often enough for any scraper, not with every batch. */
const SET_EVERY_MS = 500;

/** The gauges that every kind of stage has: partitions owned, and records not yet read. */
export class StageGauges {
  readonly #parts: { readonly metrics: StageMetrics; readonly consumer: LogConsumer; readonly clock: Clock };
  #set_ms = 0;

  constructor(parts: { readonly metrics: StageMetrics; readonly consumer: LogConsumer; readonly clock: Clock }) {
    this.#parts = parts;
  }

  /** Sets the gauges where it is time. True: they were set. */
  set(owned: number): boolean {
    const { metrics, consumer, clock } = this.#parts;
    const now_ms = clock.now_ms();
    if (now_ms - this.#set_ms < SET_EVERY_MS) return false;
    this.#set_ms = now_ms;
    metrics.owned(owned);
    for (const { topic, partition, records } of consumer.lag()) metrics.lag(topic, partition, records);
    return true;
  }
}
