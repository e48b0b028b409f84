import type { KeyEffect, WakeUnderWay } from '../fold/runner.ts';
import type { EffectInput, WakeInput } from '../language/input.ts';
import type { Effect, Effector } from '../language/logic.ts';

/** A key with effects in flight. */
interface BusyKey {
  readonly partition: number;
  readonly key: string;
  readonly ids: Set<string>;
  effects: number;
  /** When to look at the key anyway; null: not before an effect returns. */
  wake_ms: number | null;
}

/** The runner's environment: a clock, and callbacks. */
export interface DeskSurroundings {
  now_ms(): number;
  /** A result has arrived. */
  arrived(): void;
  /** An effect of a released partition has ended: its key may wake up again. */
  released(partition: number): void;
}

/** Runs effects, and keeps results for the next batch. */
export class EffectDesk {
  readonly #effector: Effector | null;
  readonly #around: DeskSurroundings;
  readonly #busy = new Map<string, BusyKey>();
  /** No busy key is due before this time. */
  #next_wake_ms = Infinity;
  readonly #lives = new Map<number, number>();
  #results: EffectInput[] = [];
  #count = 0;
  #arrived: (() => void) | null = null;

  constructor(effector: Effector | null, around: DeskSurroundings) {
    this.#effector = effector;
    this.#around = around;
  }

  get underWay(): number {
    return this.#count;
  }

  get hasResults(): boolean {
    return this.#results.length > 0;
  }

  isUnderWay(partition: number, key: string): boolean {
    return this.#busy.has(`${partition}/${key}`);
  }

  /** Whether the partition has effects in flight, or results that were not taken. */
  isBusy(partition: number): boolean {
    for (const busy of this.#busy.values()) if (busy.partition === partition) return true;
    return false;
  }

  /** Waits for the next result, or for this many milliseconds. */
  async arrival(most_ms: number): Promise<void> {
    if (this.hasResults) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, most_ms);
    this.#arrived = resolve;
    await promise;
    this.#arrived = null;
    clearTimeout(timer);
  }

  takeResults(): EffectInput[] {
    const results = this.#results;
    this.#results = [];
    for (const { partition, key, id } of results) this.#settle(partition, key, id);
    return results;
  }

  /** `traceparentOf`: the trace of an effect's cause. */
  perform(
    effects: readonly KeyEffect[],
    traceparentOf: (cause: KeyEffect['cause']) => string | undefined = () => undefined,
  ): void {
    if (effects.length > 0 && this.#effector === null)
      throw new Error('the stage asks for effects but has no effector');
    for (const { partition, key, effect, cause } of effects) {
      const busy = this.#busyKey(partition, key);
      busy.ids.add(effect.id);
      busy.effects += 1;
      this.#count += 1;
      void this.#performOne(partition, key, effect, traceparentOf(cause));
    }
  }

  /**
   * A batch says when to look at keys with effects in flight anyway. Returns those without any: what they wait for died
   * with an earlier process.
   */
  noteWakes(wakes: readonly WakeUnderWay[]): readonly WakeUnderWay[] {
    return wakes.filter(({ partition, key, wake_ms }) => {
      const busy = this.#busy.get(`${partition}/${key}`);
      if (busy === undefined) return true;
      this.#wakeAt(busy, wake_ms);
      return false;
    });
  }

  /** No key with effects in flight is due before this time. */
  get nextWakeMs(): number {
    return this.#next_wake_ms;
  }

  /** Wakes keys with effects in flight that are due and whose partition was consumed up to that time. */
  takeDue(now_ms: number, limit: number, isRipe: (partition: number, due_ms: number) => boolean): WakeInput[] {
    if (now_ms < this.#next_wake_ms) return [];
    const due: WakeInput[] = [];
    let next_ms = Infinity;
    for (const busy of this.#busy.values()) {
      const { partition, key, ids, wake_ms } = busy;
      if (wake_ms === null) continue;
      if (wake_ms <= now_ms && due.length < limit && isRipe(partition, wake_ms)) {
        due.push({ kind: 'wake', partition, key, due_ms: wake_ms, under_way: new Set(ids) });
        busy.wake_ms = null;
      } else next_ms = Math.min(next_ms, wake_ms);
    }
    this.#next_wake_ms = next_ms;
    return due;
  }

  /**
   * Drops results of a lost partition, including those still to come: its new owner asks again. But a key is not asked
   * twice at the same time: it stays busy until its result is in.
   */
  forget(partition: number): void {
    this.#lives.set(partition, this.#lifeOf(partition) + 1);
    this.#results = this.#results.filter((result) => {
      if (result.partition !== partition) return true;
      this.#settle(result.partition, result.key, result.id);
      return false;
    });
    for (const busy of this.#busy.values()) if (busy.partition === partition) busy.wake_ms = null;
  }

  async #performOne(partition: number, key: string, effect: Effect, traceparent: string | undefined): Promise<void> {
    const life = this.#lifeOf(partition);
    const result = await this.#effector?.perform(effect, traceparent);
    if (life === this.#lifeOf(partition)) this.#results.push({ kind: 'effect', partition, key, id: effect.id, result });
    else {
      this.#settle(partition, key, effect.id);
      // Its effect must be requested again, even while others of the key go on.
      const busy = this.#busy.get(`${partition}/${key}`);
      if (busy === undefined) this.#around.released(partition);
      else this.#wakeAt(busy, Math.min(busy.wake_ms ?? Infinity, this.#around.now_ms()));
    }
    this.#arrived?.();
    this.#around.arrived();
  }

  #wakeAt(busy: BusyKey, wake_ms: number | null): void {
    busy.wake_ms = wake_ms;
    this.#next_wake_ms = Math.min(this.#next_wake_ms, wake_ms ?? Infinity);
  }

  #busyKey(partition: number, key: string): BusyKey {
    const id = `${partition}/${key}`;
    const found = this.#busy.get(id);
    if (found !== undefined) return found;
    const busy: BusyKey = { partition, key, ids: new Set(), effects: 0, wake_ms: null };
    this.#busy.set(id, busy);
    return busy;
  }

  #lifeOf(partition: number): number {
    return this.#lives.get(partition) ?? 0;
  }

  #settle(partition: number, key: string, effect_id: string): void {
    const id = `${partition}/${key}`;
    const busy = this.#busy.get(id);
    if (busy === undefined) return;
    this.#count -= 1;
    busy.effects -= 1;
    busy.ids.delete(effect_id);
    if (busy.effects === 0) this.#busy.delete(id);
  }
}
