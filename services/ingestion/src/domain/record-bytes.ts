/** Largest record of an event: with what later stages add it stays below what brokers take at once, 1 MB. */
export const RECORD_BYTES = 768 * 1024;
