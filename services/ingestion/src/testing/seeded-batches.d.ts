/** A batch made from a seed, and what may become of it. */
export interface SeededBatch {
  /** The body as it is sent. */
  readonly body: string;
  /** messageIds of the events that are valid by themselves. */
  readonly valid: readonly string[];
  readonly items: number;
  /** Bytes of the items after each got what it lacks of the batch's context and integrations. */
  readonly merged_bytes: number;
  /** True where the body as a whole is no JSON. */
  readonly is_broken: boolean;
}
type Random = () => number;
/** A generator of numbers from 0 to 1 (mulberry32): the same seed gives the same numbers. */
export declare function randomOf(seed: number): Random;
/** The limits of the source that the batches are sent to. */
export interface BatchLimits {
  readonly max_event_bytes: number;
  readonly max_batch_bytes: number;
}
/** A batch of nested, oversized, broken and valid events, in any mixture. Stays below the source's limit of a request. */
export declare function seededBatch(seed: number, limits: BatchLimits, prefix?: string): SeededBatch;
export {};
//# sourceMappingURL=seeded-batches.d.ts.map
