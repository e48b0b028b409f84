/** Bytes of a faulty request or event that are kept. */
export const ORIGINAL_BYTES = 256 * 1024;
