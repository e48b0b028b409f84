import { mkdirSync } from 'node:fs';
import { statusOf } from './http-check.ts';
import { ownProgram } from './paths.ts';
import type { Store } from './store.ts';

/** Where ClickHouse keeps its data and listens, on 127.0.0.1. */
export interface ClickHouseOptions {
  readonly data: string;
  readonly http_port: number;
  readonly native_port: number;
  readonly user: string;
  readonly password: string;
  /** May read database `hilo` and nothing else. */
  readonly readonly_user: string;
  readonly readonly_password: string;
}

/** A real ClickHouse server out of the library that npm brings, in a Node process of its own. */
export function clickhouseStore(options: ClickHouseOptions): Store {
  const url = `http://127.0.0.1:${options.http_port}/?query=SELECT%201`;
  const headers = { 'X-ClickHouse-User': options.user, 'X-ClickHouse-Key': options.password };
  return {
    async prepare() {
      mkdirSync(options.data, { recursive: true, mode: 0o700 });
    },
    process: {
      name: 'clickhouse',
      command: process.execPath,
      args: ['--max-old-space-size=64', ownProgram('clickhouse-server')],
      // In the environment, not the arguments: those can be read by every user of the machine.
      env: { HILO_CLICKHOUSE_SERVER: JSON.stringify(options) },
      stop_signal: 'SIGTERM',
      stop_grace_ms: 30_000,
      ready: async () => (await statusOf(url, headers)) === 200,
      ready_timeout_ms: 60_000,
    },
  };
}
