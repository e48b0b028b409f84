import type { EffectInput } from './input.ts';
import type { Effect } from './logic.ts';
import type { KeyEffect } from './runner.ts';

/** Performs external calls. Must not reject: a failure is a result. */
export interface Effector {
  /** `traceparent`: where the trace of the event that caused it goes on; undefined for most. */
  perform(effect: Effect, traceparent?: string): Promise<unknown>;
}

/** Effects under way, and results that wait for the next batch. */
export class EffectDesk {
  readonly #effector: Effector | null;
  readonly #arrived: () => void;
  readonly #underWay = new Map<string, number>();
  readonly #lives = new Map<number, number>();
  #results: EffectInput[] = [];
  #count = 0;

  constructor(effector: Effector | null, arrived: () => void) {
    this.#effector = effector;
    this.#arrived = arrived;
  }

  get underWay(): number {
    return this.#count;
  }

  get hasResults(): boolean {
    return this.#results.length > 0;
  }

  isUnderWay(partition: number, key: string): boolean {
    return this.#underWay.has(`${partition}/${key}`);
  }

  takeResults(): EffectInput[] {
    const results = this.#results;
    this.#results = [];
    for (const { partition, key } of results) this.#settle(`${partition}/${key}`);
    return results;
  }

  /** `traceparentOf`: the trace that the cause of an effect belongs to. */
  perform(
    effects: readonly KeyEffect[],
    traceparentOf: (cause: KeyEffect['cause']) => string | undefined = () => undefined,
  ): void {
    if (effects.length > 0 && this.#effector === null)
      throw new Error('the stage asks for effects but has no effector');
    for (const { partition, key, effect, cause } of effects) {
      const id = `${partition}/${key}`;
      this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + 1);
      this.#count += 1;
      void this.#performOne(partition, key, effect, traceparentOf(cause));
    }
  }

  /**
   * Results of a partition that was lost say nothing here any more, those still to come neither: its new owner asks
   * again. A key is not asked twice at the same time, though: it stays under way until its result is in.
   */
  forget(partition: number): void {
    this.#lives.set(partition, this.#lifeOf(partition) + 1);
    this.#results = this.#results.filter((result) => {
      if (result.partition !== partition) return true;
      this.#settle(`${result.partition}/${result.key}`);
      return false;
    });
  }

  async #performOne(partition: number, key: string, effect: Effect, traceparent: string | undefined): Promise<void> {
    const life = this.#lifeOf(partition);
    const result = await this.#effector?.perform(effect, traceparent);
    if (life === this.#lifeOf(partition)) this.#results.push({ kind: 'effect', partition, key, id: effect.id, result });
    else this.#settle(`${partition}/${key}`);
    this.#arrived();
  }

  #lifeOf(partition: number): number {
    return this.#lives.get(partition) ?? 0;
  }

  #settle(id: string): void {
    this.#count -= 1;
    const left = (this.#underWay.get(id) ?? 1) - 1;
    if (left > 0) this.#underWay.set(id, left);
    else this.#underWay.delete(id);
  }
}
