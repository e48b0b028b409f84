import type { FormerPartition } from '../fold/moment.ts';
import type { Folded } from '../fold/runner.ts';
import type { WakeInput } from '../language/input.ts';
import type { Effector } from '../language/logic.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogConsumer } from '../ports/log.ts';
import type { StageStore } from '../ports/store.ts';
import { EffectRunner } from './effect-runner.ts';
import { PostponedWakes } from './postponed-wakes.ts';
import { WakeSchedule } from './wake-schedule.ts';

/** How soon to look again at a due key with effects in flight that cannot wake up yet, in milliseconds. */
const SHORTEST_PATIENCE_MS = 5;

/** What waking keys needs. */
export interface KeyWakerDependencies {
  readonly consumer: Pick<LogConsumer, 'wakeUp'>;
  readonly store: StageStore;
  readonly clock: Clock;
  readonly effector: Effector | null;
  readonly limits: { readonly batchKeys: number; readonly effects: number };
}

/** What a committed batch says of keys to be woken. */
type Committed = Pick<Folded, 'due_ms' | 'postponed' | 'effects' | 'wakesUnderWay'>;

type Partitions = readonly { readonly partition: number }[];

/** The moment for which a key decides: its partition's, if it absorbed no other. */
export type MomentOfKey = (partition: number, came_from?: readonly FormerPartition[]) => number;

/**
 * Wakes due keys: those without effects in flight by the times in the store, the others by what their last batch said.
 * So no key waits for another's effect, and no part of a key for an effect that it does not depend on.
 */
export class KeyWaker {
  readonly schedule: WakeSchedule;
  readonly effects: EffectRunner;
  readonly #dependencies: KeyWakerDependencies;
  readonly #postponed = new PostponedWakes();
  /** Partitions with keys whose last effect was requested before their release, and has ended. */
  readonly #released = new Set<number>();

  constructor(dependencies: KeyWakerDependencies) {
    const { store, limits, consumer, clock } = dependencies;
    this.#dependencies = dependencies;
    this.schedule = new WakeSchedule(store, limits.batchKeys + limits.effects);
    this.effects = new EffectRunner(dependencies.effector, {
      nowMs: () => clock.nowMs(),
      arrived: () => consumer.wakeUp(),
      released: (partition) => this.#released.add(partition),
    });
  }

  /** A batch is committed: performs its effects and remembers its wake-up times. */
  committed(folded: Committed, traceparentOf: Parameters<EffectRunner['perform']>[1]): void {
    this.schedule.noteAll(folded.due_ms);
    for (const wake of folded.postponed) if (!this.#postponed.add(wake)) this.#released.add(wake.partition);
    this.effects.perform(folded.effects, traceparentOf);
    for (const { partition, due_ms } of this.effects.noteWakes(folded.wakesUnderWay))
      this.schedule.noteAll(new Map([[partition, due_ms]]));
  }

  forget(partition: number): void {
    this.schedule.forget(partition);
    this.#postponed.forget(partition);
    this.effects.forget(partition);
  }

  /** True if a key waits only for its partition's time, or for that of another partition. */
  get waitsForTime(): boolean {
    return this.#postponed.isAny || this.schedule.isDue(this.#dependencies.clock.nowMs());
  }

  /** How long a poll may wait without being late for a key. */
  patience(flowing: Partitions, momentOf: MomentOfKey, mostMs: number): number {
    const nowMs = this.#dependencies.clock.nowMs();
    const until_ms = Math.max(this.effects.nextWakeMs, nowMs + SHORTEST_PATIENCE_MS);
    return Math.min(this.schedule.patience(flowing, momentOf, nowMs, mostMs), until_ms - nowMs);
  }

  /** The keys to wake now. May be called again after a fault: nothing is lost. */
  async take(flowing: Partitions, momentOf: MomentOfKey, nowMs: number): Promise<readonly WakeInput[]> {
    const { limits } = this.#dependencies;
    const released = flowing.map(({ partition }) => partition).filter((partition) => this.#released.has(partition));
    if (released.length > 0) await this.schedule.load(released);
    for (const partition of released) this.#released.delete(partition);
    const names = new Set(flowing.map(({ partition }) => partition));
    const isBusy = (partition: number, key: string) =>
      this.effects.isUnderWay(partition, key) || this.#postponed.has(partition, key);
    const idle = await this.schedule.take(flowing, momentOf, nowMs, isBusy);
    // Only now, when nothing can fail any more: what is taken is forgotten here.
    const settled = this.#postponed.take(names, momentOf, limits.batchKeys);
    const isRipe = (partition: number, due_ms: number) => names.has(partition) && momentOf(partition) >= due_ms;
    const busy = this.effects.takeDue(nowMs, limits.batchKeys, isRipe);
    return [...[...settled, ...idle].map((wake) => ({ kind: 'wake' as const, ...wake })), ...busy];
  }
}
