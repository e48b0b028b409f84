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
  wakeMs: number | null;
}

/** The runner's environment: a clock, and callbacks. */
export interface EffectRunnerHost {
  nowMs(): number;
  /** A result has arrived. */
  arrived(): void;
  /** An effect of a released partition has ended: its key may wake up again. */
  released(partition: number): void;
}

/** Runs effects, and keeps results for the next batch. */
export class EffectRunner {
  readonly #effector: Effector | null;
  readonly #around: EffectRunnerHost;
  readonly #busy = new Map<string, BusyKey>();
  /** No busy key is due before this time. */
  #nextWakeMs = Infinity;
  readonly #lives = new Map<number, number>();
  #results: EffectInput[] = [];
  #count = 0;
  #arrived: (() => void) | null = null;

  constructor(effector: Effector | null, around: EffectRunnerHost) {
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
  async arrival(mostMs: number): Promise<void> {
    if (this.hasResults) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, mostMs);
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
    return wakes.filter(({ partition, key, wakeMs }) => {
      const busy = this.#busy.get(`${partition}/${key}`);
      if (busy === undefined) return true;
      this.#wakeAt(busy, wakeMs);
      return false;
    });
  }

  /** No key with effects in flight is due before this time. */
  get nextWakeMs(): number {
    return this.#nextWakeMs;
  }

  /** Wakes keys with effects in flight that are due and whose partition was consumed up to that time. */
  takeDue(nowMs: number, limit: number, isRipe: (partition: number, due_ms: number) => boolean): WakeInput[] {
    if (nowMs < this.#nextWakeMs) return [];
    const due: WakeInput[] = [];
    let nextMs = Infinity;
    for (const busy of this.#busy.values()) {
      const { partition, key, ids, wakeMs } = busy;
      if (wakeMs === null) continue;
      if (wakeMs <= nowMs && due.length < limit && isRipe(partition, wakeMs)) {
        due.push({ kind: 'wake', partition, key, due_ms: wakeMs, underWay: new Set(ids) });
        busy.wakeMs = null;
      } else nextMs = Math.min(nextMs, wakeMs);
    }
    this.#nextWakeMs = nextMs;
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
    for (const busy of this.#busy.values()) if (busy.partition === partition) busy.wakeMs = null;
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
      else this.#wakeAt(busy, Math.min(busy.wakeMs ?? Infinity, this.#around.nowMs()));
    }
    this.#arrived?.();
    this.#around.arrived();
  }

  #wakeAt(busy: BusyKey, wakeMs: number | null): void {
    busy.wakeMs = wakeMs;
    this.#nextWakeMs = Math.min(this.#nextWakeMs, wakeMs ?? Infinity);
  }

  #busyKey(partition: number, key: string): BusyKey {
    const id = `${partition}/${key}`;
    const found = this.#busy.get(id);
    if (found !== undefined) return found;
    const busy: BusyKey = { partition, key, ids: new Set(), effects: 0, wakeMs: null };
    this.#busy.set(id, busy);
    return busy;
  }

  #lifeOf(partition: number): number {
    return this.#lives.get(partition) ?? 0;
  }

  #settle(partition: number, key: string, effectId: string): void {
    const id = `${partition}/${key}`;
    const busy = this.#busy.get(id);
    if (busy === undefined) return;
    this.#count -= 1;
    busy.effects -= 1;
    busy.ids.delete(effectId);
    if (busy.effects === 0) this.#busy.delete(id);
  }
}
