/** How long a fetch waits at the broker, and for how many bytes. */
export interface FetchPatience {
  readonly minBytes: number;
  readonly waitMs: number;
  /** How much longer to pause after a fetch that brought records, in milliseconds. */
  readonly restMs: number;
}

/** The broker answers a fetch as soon as there is anything, and the next one follows soon: the default of a stage. */
export const AT_ONCE: FetchPatience = { minBytes: 1, waitMs: 200, restMs: 0 };
