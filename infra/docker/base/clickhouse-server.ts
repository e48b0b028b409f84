/**
 * Program: a ClickHouse server from libchdb.so, confined like the embedded one (infra/embedded/clickhouse-server.ts),
 * but set up like clickhouse/clickhouse-server's image: /etc/clickhouse-server with config.d and users.d, the user that
 * CLICKHOUSE_USER and CLICKHOUSE_PASSWORD name, data in /var/lib/clickhouse. Reads its variables from standard input,
 * in the format of `env -0`.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlFolder, runEngine, takeInput } from '../../embedded/clickhouse-engine.ts';
import { QUIET_LOGGERS, usersXml } from '../../embedded/clickhouse-users.ts';

const CONFIG = '/etc/clickhouse-server';
const DATA = '/var/lib/clickhouse';
const PACKAGES = '/opt/clickhouse/node_modules/@chdb';
/** Settings of HTTPS and of certificates, by which clickhouse-tls.ts serves. */
const TLS = 'tls.xml';

const variables = new Map(
  takeInput()
    .split('\0')
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
);

/** The files of a settings folder, with passwords from variables replaced by hashes. */
function settings(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(join(CONFIG, folder)).filter((name) => name.endsWith('.xml') && name !== TLS);
  return Object.fromEntries(
    names.map((name) => [
      `${folder}/${name}`,
      readFileSync(join(CONFIG, folder, name), 'utf8').replace(
        /<password from_env="(\w+)"\s*\/>/g,
        (_, variable: string) => {
          const password = variables.get(variable) ?? '';
          if (password === '') throw new Error(`${variable} is empty: ${name} takes a password from it`);
          const hash = createHash('sha256').update(password).digest('hex');
          return `<password_sha256_hex>${hash}</password_sha256_hex>`;
        },
      ),
    ]),
  );
}

const controlPassword = randomBytes(24).toString('base64url');
const name = variables.get('CLICKHOUSE_USER') ?? 'hilo';
const password = variables.get('CLICKHOUSE_PASSWORD') ?? '';
const library = readdirSync(PACKAGES).find((folder) => folder.startsWith('lib-')) ?? '';
mkdirSync(join(DATA, 'backups'), { recursive: true });
const { wasAsked } = await runEngine({
  library: join(PACKAGES, library, 'libchdb.so'),
  folder: DATA,
  data: join(DATA, 'engine'),
  httpPort: 8123,
  nativePort: 9000,
  listenHost: existsSync(join(CONFIG, 'config.d', TLS)) ? '127.0.0.1' : '0.0.0.0',
  config: `<clickhouse><users_config>${controlFolder(DATA)}/users.xml</users_config>${QUIET_LOGGERS}
  <memory_worker_use_cgroup>0</memory_worker_use_cgroup>
  <mark_cache_size>67108864</mark_cache_size><uncompressed_cache_size>0</uncompressed_cache_size></clickhouse>`,
  users: usersXml('<default/>', [{ name, password, profile: 'default' }], controlPassword),
  more: { ...settings('config.d'), ...settings('users.d') },
  controlPassword,
});
process.exit(wasAsked ? 0 : 1);
