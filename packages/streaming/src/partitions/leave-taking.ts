import type { EffectDesk } from '../effects/effect-desk.ts';
import type { Clock } from '../ports/clock.ts';
import { LEASE_MS, LEAVE_MS } from './owned-partition.ts';
import type { PartitionLife } from './partition-life.ts';

/** What partitions are let go with. */
interface Surroundings {
  readonly life: PartitionLife;
  readonly effects: EffectDesk;
  /** Commits what effects have brought back. */
  takeResults(): Promise<void>;
}

/**
 * Keeps partitions that go to another instance, or to none, until the effects of theirs that are under way are over, or have taken
 * too long. What they bring is committed, so that the next owner does not ask for them again; new ones are left to that one.
 */
export class LeaveTaking {
  readonly #clock: Clock;
  readonly #around: Surroundings;
  /** Until when partitions are kept, by the monotonic clock; null: none is. */
  #until_ms: number | null = null;

  constructor(clock: Clock, around: Surroundings) {
    this.#clock = clock;
    this.#around = around;
  }

  /** Follows an assignment. Hands back the partitions that are owned no more and for which nothing has to be waited. */
  assign(partitions: readonly number[]): readonly number[] {
    const { life, effects } = this.#around;
    const lost = life.ownership.assign(partitions, (partition) => effects.isBusy(partition));
    this.#until_ms = life.ownership.leaving().length === 0 ? null : this.#clock.monotonic_ms() + LEAVE_MS;
    return lost;
  }

  /** Lets go of the partitions that nothing has to be waited for any more. */
  async letGo(): Promise<void> {
    if (this.#until_ms === null) return;
    const { life, effects } = this.#around;
    const { ownership, hold } = life;
    const is_late = this.#clock.monotonic_ms() >= this.#until_ms;
    const over = ownership.leaving().filter(({ partition }) => is_late || !effects.isBusy(partition));
    await hold.until('release', () => ownership.deleteSent(over));
    const partitions = over.map(({ partition }) => partition);
    for (const partition of partitions) ownership.lose(partition, 0);
    await life.release(partitions);
    const leaving = ownership.leaving();
    if (leaving.length === 0) this.#until_ms = null;
    else life.lose(await hold.until('renew', () => ownership.keepLeases(leaving)));
  }

  /** The instance stops: reads nothing more, and waits. By the time of this process, since nothing else goes on in it. */
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
