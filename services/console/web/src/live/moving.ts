/**
 * How often a page asks again for what moves, so that it shows a change within two seconds. A page in a window that nobody
 * sees does not ask.
 */
export const MOVING_MS = 1_000;
