import type { At } from '../language/input.ts';
import type { AnyRecord } from '../read/batch-input.ts';

/** A partition in which a key lived that was absorbed: what is still to come of it may matter to its survivor. */
export interface FormerPartition {
  readonly partition: number;
  /** Once the partition is settled up to this time, nothing of the absorbed key can follow. */
  readonly until_ms: number;
  /** The survivor's own time when it was told: it goes on from there. */
  readonly since_ms: number;
}

/** The moment of a batch. */
export interface Moment extends At {
  /** The moment for which a key of the partition decides, where those that it absorbed lived in these partitions. */
  momentOf(partition: number, came_from: readonly FormerPartition[]): number;
  /** Whether deciding for this moment leaves out what an origin may still bring that was released; `came_from`: as above. */
  isUnproven(partition: number, came_from: readonly FormerPartition[], moment_ms: number): boolean;
  /** All that was received before this time and concerns the partition is folded, of every origin; minus infinity: not known. */
  provenTo(partition: number): number;
  /** By topic, the offset below which everything of the record's partition is folded with it, and from which on nothing. */
  positionsAt(record: AnyRecord): Readonly<Record<string, number>>;
}
