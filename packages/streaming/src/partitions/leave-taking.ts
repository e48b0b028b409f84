import type { EffectRunner } from '../effects/effect-runner.ts';
import type { Clock } from '../ports/clock.ts';
import { LEASE_MS, LEAVE_MS } from './owned-partition.ts';
import type { PartitionLife } from './partition-life.ts';

/** What `LeaveTaking` works with. */
interface Surroundings {
  readonly life: PartitionLife;
  readonly effects: EffectRunner;
  /** Commits the results of effects. */
  takeResults(): Promise<void>;
}

/**
 * Keeps partitions that go to another instance, or to none, until their effects in flight have ended or have taken too long. It
 * commits the results, so that the next owner does not repeat the effects, and starts no new ones.
 */
export class LeaveTaking {
  readonly #clock: Clock;
  readonly #around: Surroundings;
  /** Until when leaving partitions are kept, by the monotonic clock; null if none is leaving. */
  #until_ms: number | null = null;

  constructor(clock: Clock, around: Surroundings) {
    this.#clock = clock;
    this.#around = around;
  }

  /** Follows an assignment. Returns the lost partitions that have no effect in flight. */
  assign(partitions: readonly number[]): readonly number[] {
    const { life, effects } = this.#around;
    const lost = life.ownership.assign(partitions, (partition) => effects.isBusy(partition));
    this.#until_ms = life.ownership.leaving().length === 0 ? null : this.#clock.monotonicMs() + LEAVE_MS;
    return lost;
  }

  /** Lets go of the leaving partitions whose effects have ended. */
  async letGo(): Promise<void> {
    if (this.#until_ms === null) return;
    const { life, effects } = this.#around;
    const { ownership, hold } = life;
    const isLate = this.#clock.monotonicMs() >= this.#until_ms;
    const over = ownership.leaving().filter(({ partition }) => isLate || !effects.isBusy(partition));
    await hold.until('release', () => ownership.deleteSent(over));
    const partitions = over.map(({ partition }) => partition);
    for (const partition of partitions) ownership.lose(partition, 0);
    await life.release(partitions);
    const leaving = ownership.leaving();
    if (leaving.length === 0) this.#until_ms = null;
    else life.lose(await hold.until('renew', () => ownership.keepLeases(leaving)));
  }

  /** The instance stops: it reads nothing more, and waits for its effects, by the clock of the process. */
  async endEffects(): Promise<void> {
    const { life, effects } = this.#around;
    const { ownership } = life;
    const until_ms = performance.now() + LEAVE_MS;
    for (const owned of ownership.owned.values()) ownership.leave(owned);
    for (let left_ms = LEAVE_MS; effects.underWay > 0 && left_ms > 0; left_ms = until_ms - performance.now()) {
      await effects.arrival(Math.min(left_ms, LEASE_MS / 5));
      await this.#around.takeResults();
      life.lose(await ownership.keepLeases(ownership.leaving()));
    }
  }
}
