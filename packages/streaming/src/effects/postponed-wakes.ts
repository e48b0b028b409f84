import type { FormerPartition } from '../fold/moment.ts';
import type { PostponedWake } from '../fold/runner.ts';
import type { DueKey } from '../ports/store.ts';

/** Most keys that wait at the same time; the store has the others. */
const MOST = 10_000;

/** Keys that are due for their partition but not for themselves: more may follow from keys that they absorbed. */
export class PostponedWakes {
  readonly #wakes = new Map<string, PostponedWake>();

  /** False: there are too many already, so look for the key again later. */
  add(wake: PostponedWake): boolean {
    const id = `${wake.partition}/${wake.key}`;
    if (this.#wakes.size >= MOST && !this.#wakes.has(id)) return false;
    this.#wakes.set(id, wake);
    return true;
  }

  /** True if any waits. */
  get isAny(): boolean {
    return this.#wakes.size > 0;
  }

  has(partition: number, key: string): boolean {
    return this.#wakes.has(`${partition}/${key}`);
  }

  /** Those of the partitions that are due. */
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
