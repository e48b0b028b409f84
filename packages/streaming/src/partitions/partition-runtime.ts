import type { PartitionLife } from './partition-life.ts';
import type { PartitionProgress } from './progress-watch.ts';

/** One instance of a stage or a loader: it works on the partitions that it owns, turn by turn, until it is asked to stop. */
export abstract class PartitionRuntime {
  protected abstract readonly life: PartitionLife;

  /** True once every assigned partition is owned and read. */
  get ready(): boolean {
    return this.life.ownership.settled;
  }

  /** Partitions that are owned now. */
  get owned(): ReadonlySet<number> {
    return new Set(this.life.owned.keys());
  }

  /** How far each assigned partition is. */
  abstract progress(): readonly PartitionProgress[];

  /** Connects; no turn runs before `step` or `run`. */
  abstract start(): Promise<void>;

  /** One turn. Waits up to `waitMs` for records. */
  abstract step(waitMs?: number): Promise<void>;

  /** Takes turns until `stop`. Rejects on a bug: the next process repeats what was not committed. */
  async run(): Promise<void> {
    while (!this.life.isStopping) await this.step();
  }

  /** Asks `run` to end after the current turn. */
  stop(): void {
    this.life.stop();
  }

  /** Call it once `run` has ended: it releases the partitions and disconnects. */
  abstract close(): Promise<void>;

  /** Other stages have reported their progress. */
  heard(): void {
    // A loader waits for nobody's time.
  }
}
