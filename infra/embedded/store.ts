import type { ProcessSpec } from './supervised-process.ts';

/** The stores of Hilo. */
export type StoreName = 'kafka' | 'registry' | 'postgres' | 'clickhouse';

/** Every store, in the order in which they stop. */
export const STORE_NAMES: readonly StoreName[] = ['clickhouse', 'registry', 'kafka', 'postgres'];

/** An embedded store that is ready to start. */
export interface Store {
  /** One-off preparation of the data folder; safe to repeat. */
  prepare(): Promise<void>;
  readonly process: ProcessSpec;
}
