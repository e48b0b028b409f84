/** How long a fetch waits at the broker, and for how many bytes. */
export interface FetchPatience {
  readonly min_bytes: number;
  readonly wait_ms: number;
  /** How much longer the pause is after a fetch that brought something, in milliseconds. */
  readonly rest_ms: number;
}

/** A fetch is answered as soon as there is anything, and the next one follows soon: what a stage has that asks for nothing else. */
export const AT_ONCE: FetchPatience = { min_bytes: 1, wait_ms: 200, rest_ms: 0 };
