/** How long a fetch waits at the broker, and for how many bytes. */
export interface FetchPatience {
  readonly min_bytes: number;
  readonly wait_ms: number;
  /** How much longer to pause after a fetch that brought records, in milliseconds. */
  readonly rest_ms: number;
}

/** The broker answers a fetch as soon as there is anything, and the next one follows soon: the default of a stage. */
export const AT_ONCE: FetchPatience = { min_bytes: 1, wait_ms: 200, rest_ms: 0 };
