import type { At } from '../language/input.ts';
import type { AnyRecord } from '../read/batch-input.ts';

/** A partition of an absorbed key: what is still to come from it may matter to the survivor. */
export interface FormerPartition {
  readonly partition: number;
  /** Once the partition is settled up to this time, nothing of the absorbed key can follow. */
  readonly until_ms: number;
  /** The survivor's own time when it learned of it: its time continues from there. */
  readonly since_ms: number;
}

/** The moment of a batch. */
export interface Moment extends At {
  /** The moment for which a key of the partition decides, if keys that it absorbed lived in these partitions. */
  momentOf(partition: number, came_from: readonly FormerPartition[]): number;
  /** Whether deciding for this moment leaves out what a released origin may still bring; `came_from`: as above. */
  isUnproven(partition: number, came_from: readonly FormerPartition[], momentMs: number): boolean;
  /**
   * Everything received before this time that concerns the partition is folded, from every origin; minus infinity: not
   * known.
   */
  provenTo(partition: number): number;
  /**
   * By topic, the offset below which everything of the record's partition is folded with it, and from which on nothing
   * is.
   */
  positionsAt(record: AnyRecord): Readonly<Record<string, number>>;
}
