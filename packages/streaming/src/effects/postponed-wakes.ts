import type { FormerPartition } from '../fold/moment.ts';
import type { PostponedWake } from '../fold/runner.ts';
import type { DueKey } from '../ports/store.ts';

/** Keys that wait at the same time, at most: more are found again in the store. */
const MOST = 10_000;

/** Keys whose time has come for their partition and not for themselves: what they absorbed may still be followed by more. */
export class PostponedWakes {
  readonly #wakes = new Map<string, PostponedWake>();

  /** False: there are too many already, and the key must be looked for again. */
  add(wake: PostponedWake): boolean {
    const id = `${wake.partition}/${wake.key}`;
    if (this.#wakes.size >= MOST && !this.#wakes.has(id)) return false;
    this.#wakes.set(id, wake);
    return true;
  }

  /** True where any waits. */
  get isAny(): boolean {
    return this.#wakes.size > 0;
  }

  has(partition: number, key: string): boolean {
    return this.#wakes.has(`${partition}/${key}`);
  }

  /** Those of the partitions whose time has come. */
  take(
    partitions: ReadonlySet<number>,
    momentOf: (partition: number, came_from: readonly FormerPartition[]) => number,
    limit: number,
  ): readonly DueKey[] {
    const due: DueKey[] = [];
    for (const [id, { partition, key, due_ms, came_from }] of this.#wakes) {
      if (due.length >= limit) break;
      if (!partitions.has(partition) || momentOf(partition, came_from) < due_ms) continue;
      this.#wakes.delete(id);
      due.push({ partition, key, due_ms });
    }
    return due;
  }

  /** Another instance finds them from now on. */
  forget(partition: number): void {
    for (const [id, wake] of this.#wakes) if (wake.partition === partition) this.#wakes.delete(id);
  }
}
