import { join } from 'node:path';
import { clickhouseStore } from './clickhouse.ts';
import { kafkaStore } from './kafka.ts';
import { postgresStore } from './postgres.ts';
import { registryStore } from './registry.ts';
import type { Store, StoreName } from './store.ts';

/** Where the stores keep their data, listen on 127.0.0.1, and whom they let in. */
export interface StoresOptions {
  readonly data: string;
  readonly ports: {
    readonly registry: number;
    readonly kafka: number;
    readonly kafka_controller: number;
    readonly clickhouse_http: number;
    readonly clickhouse_native: number;
    readonly postgres: number;
  };
  readonly postgres_password: string;
  readonly clickhouse: {
    readonly user: string;
    readonly password: string;
    readonly readonlyUser: string;
    readonly readonlyPassword: string;
  };
}

/** An embedded store by its name. Throws where this machine lacks what it needs. */
export function embeddedStore(name: StoreName, { data, ports, postgres_password, clickhouse }: StoresOptions): Store {
  const folder = join(data, name);
  switch (name) {
    case 'kafka':
      return kafkaStore({ data: folder, port: ports.kafka, controller_port: ports.kafka_controller });
    case 'registry':
      return registryStore({ data: folder, port: ports.registry });
    case 'postgres':
      return postgresStore({ data: folder, port: ports.postgres, password: postgres_password });
    case 'clickhouse':
      return clickhouseStore({
        data: folder,
        http_port: ports.clickhouse_http,
        native_port: ports.clickhouse_native,
        user: clickhouse.user,
        password: clickhouse.password,
        readonly_user: clickhouse.readonlyUser,
        readonly_password: clickhouse.readonlyPassword,
      });
  }
}
