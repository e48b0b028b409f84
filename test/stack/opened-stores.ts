import type { StoreName } from '@hilo/infra';

/** A ClickHouse server's HTTP interface, a user with all rights, history's own, and a read-only one for database `hilo`. */
export interface ClickHouseAddress {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly loaderUser: string;
  readonly loaderPassword: string;
  readonly readonlyUser: string;
  readonly readonlyPassword: string;
}

/** Addresses of the stores that a test asked for; the others are absent. */
export interface OpenedStores {
  readonly kafkaBrokers?: readonly string[];
  readonly registryUrl?: string;
  /** Superuser's URL. */
  readonly postgresUrl?: string;
  readonly clickhouse?: ClickHouseAddress;
  /** Kills a store as `kill -9` does; it restarts. Rejects if the stores are not ours. */
  kill(store: StoreName): Promise<void>;
  /** Waits until the stores answer, or answer again. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
