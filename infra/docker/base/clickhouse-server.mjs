/**
 * Program: a ClickHouse server out of libchdb.so, as infra/embedded/clickhouse-server.ts runs one, but as
 * clickhouse/clickhouse-server's image is set up: /etc/clickhouse-server with config.d and users.d, the user that
 * CLICKHOUSE_USER and CLICKHOUSE_PASSWORD name, data in /var/lib/clickhouse.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataType, load, open } from 'ffi-rs';

const CONFIG = '/etc/clickhouse-server';
const DATA = '/var/lib/clickhouse';
const MAIN_STATEMENT = 'SELECT sleepEachRow(0.5) FROM numbers(1000000000000)';
const KILL_TRIES_MAX = 100;
const { CLICKHOUSE_USER: name = 'hilo', CLICKHOUSE_PASSWORD: password = '' } = process.env;
const control_password = randomUUID();

const user = (called, secret, network, rights) => `<${called}>
  <password_sha256_hex>${createHash('sha256').update(secret).digest('hex')}</password_sha256_hex>
  <networks><ip>${network}</ip></networks><profile>default</profile><quota>default</quota>${rights}</${called}>`;
const grants = (...list) => `<grants>${list.map((one) => `<query>GRANT ${one}</query>`).join('')}</grants>`;

mkdirSync(`${DATA}/engine`, { recursive: true });
mkdirSync(`${DATA}/backups`, { recursive: true });
// The engine keeps its `system` database in memory: the last run's tables on disk would be in its way.
rmSync(`${DATA}/engine/data/system`, { recursive: true, force: true });
writeFileSync(
  `${CONFIG}/users.xml`,
  `<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users>
  <default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
  ${grants('SYSTEM LISTEN ON *.*')}</default>
  ${user(name, password, '::/0', '<access_management>1</access_management>')}
  ${user('control', control_password, '127.0.0.1', grants('KILL QUERY ON *.*', 'SELECT ON system.processes'))}
</users></clickhouse>`,
  { mode: 0o600 },
);
writeFileSync(
  `${CONFIG}/config.xml`,
  `<clickhouse><users_config>${CONFIG}/users.xml</users_config>
  <mark_cache_size>67108864</mark_cache_size><uncompressed_cache_size>0</uncompressed_cache_size></clickhouse>`,
);

function control(statement) {
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1',
      port: 8123,
      method: 'POST',
      agent: false,
      timeout: 5000,
      headers: { 'X-ClickHouse-User': 'control', 'X-ClickHouse-Key': control_password },
    });
    call.once('response', (answer) => {
      let text = '';
      answer.on('data', (part) => {
        text += part;
      });
      answer.once('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    call.once('error', reject);
    call.once('timeout', () => call.destroy(new Error('no answer')));
    call.end(statement);
  });
}

let ending = false;
async function end() {
  if (ending) return;
  ending = true;
  for (let tries = 0; tries < KILL_TRIES_MAX; tries += 1) {
    const killed = await control(`KILL QUERY WHERE user = '' AND query LIKE '${MAIN_STATEMENT}%'`).catch(() => '');
    if (killed !== '') return;
    await sleep(200);
  }
}
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void end());

const library = readdirSync('/opt/clickhouse/node_modules/@chdb').find((folder) => folder.startsWith('lib-'));
open({ library: 'chdb', path: `/opt/clickhouse/node_modules/@chdb/${library}/libchdb.so` });
const settings = 'SETTINGS max_block_size = 1, max_threads = 1, log_queries = 0 FORMAT Null';
const argv = [
  'clickhouse',
  ...['--path', `${DATA}/engine`],
  ...['--config-file', `${CONFIG}/config.xml`],
  ...['--http_port', '8123'],
  ...['--tcp_port', '9000'],
  ...['--listen_host', '0.0.0.0'],
  '--log-level=warning',
  `--logger.log=${DATA}/server.log`,
  '--ignore-error',
  ...['--query', `SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; ${MAIN_STATEMENT} ${settings}`],
];
// The engine's thread doesn't keep Node's loop alive.
const awake = setInterval(() => {}, 1000);
await load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [argv.length, argv],
  runInNewThread: true,
});
clearInterval(awake);
process.exit(ending ? 0 : 1);
