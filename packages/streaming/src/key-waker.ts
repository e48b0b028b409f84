import { EffectDesk, type Effector } from './effect-desk.ts';
import type { WakeInput } from './input.ts';
import type { Clock, LogConsumer, StageStore } from './ports.ts';
import type { Folded } from './runner.ts';
import { WakeSchedule } from './wake-schedule.ts';

/** How soon to look again at a key with effects under way whose time has come but that can't be woken yet, in milliseconds. */
const SHORTEST_PATIENCE_MS = 5;

/** What keys are woken with. */
export interface KeyWakerParts {
  readonly consumer: LogConsumer;
  readonly store: StageStore;
  readonly clock: Clock;
  readonly effector: Effector | null;
  readonly limits: { readonly batch_keys: number; readonly effects: number };
}

type Partitions = readonly { readonly partition: number }[];

/**
 * Wakes keys when they are due: those without effects under way by the times in the store, the others by what their last batch
 * said. So no key waits for the effect of another, and no part of a key for an effect that it does not depend on.
 */
export class KeyWaker {
  readonly schedule: WakeSchedule;
  readonly effects: EffectDesk;
  readonly #parts: KeyWakerParts;
  /** Partitions with keys whose last effect was asked for before they were let go, and is over. */
  readonly #released = new Set<number>();

  constructor(parts: KeyWakerParts) {
    const { store, limits, consumer, clock } = parts;
    this.#parts = parts;
    this.schedule = new WakeSchedule(store, limits.batch_keys + limits.effects);
    this.effects = new EffectDesk(parts.effector, {
      now_ms: () => clock.now_ms(),
      arrived: () => consumer.wakeUp(),
      released: (partition) => this.#released.add(partition),
    });
  }

  /** A batch is committed: its effects are performed, and its wake-up times are kept in mind. */
  committed(folded: Folded, traceparentOf: Parameters<EffectDesk['perform']>[1]): void {
    this.schedule.noteAll(folded.due_ms);
    this.effects.perform(folded.effects, traceparentOf);
    for (const { partition, due_ms } of this.effects.noteWakes(folded.wakes_under_way))
      this.schedule.noteAll(new Map([[partition, due_ms]]));
  }

  forget(partition: number): void {
    this.schedule.forget(partition);
    this.effects.forget(partition);
  }

  /** How long a poll may wait without being late for a key. */
  patience(flowing: Partitions, most_ms: number): number {
    const now_ms = this.#parts.clock.now_ms();
    const until_ms = Math.max(this.effects.nextWakeMs, now_ms + SHORTEST_PATIENCE_MS);
    return Math.min(this.schedule.patience(flowing, this.#parts.consumer, now_ms, most_ms), until_ms - now_ms);
  }

  /** The keys to wake now. After a fault it may be called again: nothing is lost. */
  async take(flowing: Partitions, now_ms: number): Promise<readonly WakeInput[]> {
    const { consumer, limits } = this.#parts;
    const released = flowing.map(({ partition }) => partition).filter((partition) => this.#released.has(partition));
    if (released.length > 0) await this.schedule.load(released);
    for (const partition of released) this.#released.delete(partition);
    const isBusy = (partition: number, key: string) => this.effects.isUnderWay(partition, key);
    const idle = await this.schedule.take(flowing, consumer, now_ms, isBusy);
    const names = new Set(flowing.map(({ partition }) => partition));
    const isRipe = (partition: number, due_ms: number) =>
      names.has(partition) && consumer.caughtUpTo(partition) >= due_ms;
    const busy = this.effects.takeDue(now_ms, limits.batch_keys, isRipe);
    return [...idle.map((wake) => ({ kind: 'wake' as const, ...wake })), ...busy];
  }
}
