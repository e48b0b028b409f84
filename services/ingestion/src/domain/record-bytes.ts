/** Largest record of an event: with what later stages add, it stays below the brokers' limit of 1 MB. */
export const RECORD_BYTES = 768 * 1024;
