import { mkdirSync } from 'node:fs';
import { statusOf } from './http-check.ts';
import { ownProgram } from './paths.ts';
import { giveFolder, isRoot, unprivilegedUser } from './privileges.ts';
import type { Store } from './store.ts';

/** Where ClickHouse keeps its data and listens, on 127.0.0.1. */
export interface ClickHouseOptions {
  readonly data: string;
  readonly httpPort: number;
  readonly nativePort: number;
  /** Can do everything. */
  readonly user: string;
  readonly password: string;
  /** The history service's: inserts rows and reads them. */
  readonly loaderUser: string;
  readonly loaderPassword: string;
  /** Can read database `hilo` and nothing else. */
  readonly readonlyUser: string;
  readonly readonlyPassword: string;
  /** IANA name: the time zone of a column that does not specify one. */
  readonly time_zone: string;
}

/** Not PostgreSQL's, if there is another user: neither needs to read the other's files. */
const USERS = ['clickhouse', 'daemon', 'nobody'] as const;

/**
 * A real ClickHouse server from npm's library, in its own Node process, which sees nothing of this one's environment.
 * If root starts it, it runs as an unprivileged user.
 */
export function clickhouseStore(options: ClickHouseOptions): Store {
  const url = `http://127.0.0.1:${options.httpPort}/?query=SELECT%201`;
  const headers = { 'X-ClickHouse-User': options.user, 'X-ClickHouse-Key': options.password };
  const user = isRoot() ? unprivilegedUser(USERS) : null;
  return {
    async prepare() {
      mkdirSync(options.data, { recursive: true, mode: 0o700 });
      if (user !== null) giveFolder(options.data, user);
    },
    process: {
      name: 'clickhouse',
      command: process.execPath,
      args: ['--max-old-space-size=64', ownProgram('clickhouse-server')],
      isEnvEmpty: true,
      input: JSON.stringify(options),
      user,
      stopSignal: 'SIGTERM',
      stopGraceMs: 30_000,
      ready: async () => (await statusOf(url, headers)) === 200,
      readyTimeoutMs: 60_000,
    },
  };
}
