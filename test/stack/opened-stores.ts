import type { StoreName } from '@hilo/infra';

/** A ClickHouse server's HTTP interface, a user that may do everything, and one that may read database `hilo`. */
export interface ClickHouseAddress {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly readonlyUser: string;
  readonly readonlyPassword: string;
}

/** Where stores answer that a test asked for; those that it didn't ask for are absent. */
export interface OpenedStores {
  readonly kafka_brokers?: readonly string[];
  readonly registry_url?: string;
  /** Superuser's URL. */
  readonly postgres_url?: string;
  readonly clickhouse?: ClickHouseAddress;
  /** Kills a store as `kill -9` does; it is started again. Rejects where the stores are not ours. */
  kill(store: StoreName): Promise<void>;
  /** Waits until the stores answer (again). */
  ready(): Promise<void>;
  close(): Promise<void>;
}
