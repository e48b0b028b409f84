/** Bytes kept of a faulty request or event. */
export const ORIGINAL_BYTES = 256 * 1024;
