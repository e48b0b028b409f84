import type { KeyWaker, MomentOfKey } from '../effects/key-waker.ts';
import type { Runner } from '../fold/runner.ts';
import type { Clock } from '../ports/clock.ts';
import type { StageMetrics } from '../ports/metrics.ts';
import type { StageTime } from '../time/stage-time.ts';

/** How often the gauges are set, in milliseconds: often enough for any scraper, and not with every batch. */
const REPORT_EVERY_MS = 500;

/** What `StageGauges` works with. */
interface GaugeDependencies {
  readonly clock: Clock;
  readonly metrics: StageMetrics;
  readonly runner: Runner;
}

/** The gauges of a stage between two batches: waiting and held keys, late wake-ups, how far its time is behind. */
export class StageGauges {
  readonly #dependencies: GaugeDependencies;
  readonly #waker: KeyWaker;
  readonly #time: StageTime;
  #reportedMs = -Infinity;

  constructor(dependencies: GaugeDependencies, waker: KeyWaker, time: StageTime) {
    this.#dependencies = dependencies;
    this.#waker = waker;
    this.#time = time;
  }

  /** Sets the gauges, if it is time to. `flowing`: the partitions that wake their keys. */
  report(flowing: () => readonly { readonly partition: number }[], momentOf: MomentOfKey): void {
    const { clock, metrics, runner } = this.#dependencies;
    const passedMs = clock.monotonicMs();
    if (passedMs - this.#reportedMs < REPORT_EVERY_MS) return;
    this.#reportedMs = passedMs;
    const nowMs = clock.nowMs();
    const { keys, oldest_ms } = runner.waiting(nowMs);
    metrics.waiting(keys, oldest_ms / 1_000);
    metrics.held(runner.held());
    const { due_ms, overdueMs } = this.#waker.schedule.lateness(flowing(), momentOf, nowMs);
    metrics.wakes(due_ms / 1_000, overdueMs / 1_000);
    metrics.timeBehind(this.#time.behind(nowMs));
  }
}
