import type { SweepInput } from '../language/input.ts';
import type { OwnedPartition } from '../partitions/owned-partition.ts';
import type { Hold } from '../ports/retry.ts';
import type { StageStore } from '../ports/store.ts';

/** What `Sweeps` works with. */
interface SweepDependencies {
  readonly store: StageStore;
  readonly limits: { readonly batchKeys: number };
}

/** Visits all keys of the partitions whose shared state changed, some keys in each batch. */
export class Sweeps {
  /** How far the current batch brings each sweep, by partition: the last key visited, or null if the sweep ends. */
  readonly reached = new Map<number, string | null>();
  readonly #dependencies: SweepDependencies;
  readonly #hold: Hold;

  constructor(dependencies: SweepDependencies, hold: Hold) {
    this.#dependencies = dependencies;
    this.#hold = hold;
  }

  /** The keys to visit in the next batch. The next owner continues the sweep of a leaving partition. */
  async next(owned: Iterable<OwnedPartition>): Promise<SweepInput[]> {
    const { store, limits } = this.#dependencies;
    const inputs: SweepInput[] = [];
    for (const { partition, checkpoint, isLeaving } of owned) {
      const after = checkpoint.sweep_after;
      if (after === null || isLeaving) continue;
      const keys = await this.#hold.until('sweep', () => store.keysAfter(partition, after, limits.batchKeys));
      for (const key of keys) inputs.push({ kind: 'sweep', partition, key });
      this.reached.set(partition, keys.length < limits.batchKeys ? null : (keys.at(-1) ?? null));
    }
    return inputs;
  }
}
