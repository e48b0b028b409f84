/**
 * Program: a ClickHouse server out of `libchdb.so` (npm `@chdb/lib-…`), whose exported `chdb_query_cmdline` is
 * `clickhouse local`, which opens real listeners. The engine runs on a thread of this process; SIGTERM kills its main
 * statement, whereupon it shuts down cleanly. Options: `ClickHouseOptions` as JSON in `HILO_CLICKHOUSE_SERVER`.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataType, load, open } from 'ffi-rs';
import type { ClickHouseOptions } from './clickhouse.ts';
import { CONTROL_USER, configXml, MAIN_STATEMENT, usersXml } from './clickhouse-config.ts';
import { packageFolder } from './paths.ts';

const options = JSON.parse(process.env.HILO_CLICKHOUSE_SERVER ?? '{}') as ClickHouseOptions;
const control_password = randomUUID();
const KILL_TRIES_MAX = 100;

function commandLine(): string[] {
  const control = join(options.data, 'control');
  const data = join(options.data, 'data');
  mkdirSync(control, { recursive: true, mode: 0o700 });
  mkdirSync(data, { recursive: true });
  // The engine keeps its `system` database in memory: the last run's tables on disk would be in its way.
  rmSync(join(data, 'data/system'), { recursive: true, force: true });
  writeFileSync(join(control, 'users.xml'), usersXml(options, control_password), { mode: 0o600 });
  writeFileSync(join(control, 'config.xml'), configXml(control), { mode: 0o600 });
  const settings = 'SETTINGS max_block_size = 1, max_threads = 1, log_queries = 0 FORMAT Null';
  return [
    'clickhouse',
    ...['--path', data],
    ...['--config-file', join(control, 'config.xml')],
    ...['--http_port', `${options.http_port}`],
    ...['--tcp_port', `${options.native_port}`],
    ...['--listen_host', '127.0.0.1'],
    '--log-level=warning',
    `--logger.log=${join(control, 'server.log')}`,
    '--ignore-error',
    ...['--query', `SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; ${MAIN_STATEMENT} ${settings}`],
  ];
}

/** Runs the engine; settles when it has shut down. */
async function runEngine(): Promise<void> {
  const name = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
  const folder = packageFolder(name);
  if (folder === null) {
    throw new Error(`no ClickHouse for this platform: npm install --no-save ${name}@26.7.3-stable.1`);
  }
  open({ library: 'chdb', path: join(folder, 'libchdb.so') });
  const argv = commandLine();
  await load({
    library: 'chdb',
    funcName: 'chdb_query_cmdline',
    retType: DataType.External,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [argv.length, argv],
    runInNewThread: true,
  });
}

/** One statement on a connection of its own: an idle kept one would hold up the engine's shutdown. */
function control(statement: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1',
      port: options.http_port,
      method: 'POST',
      agent: false,
      timeout: 5000,
      headers: { 'X-ClickHouse-User': CONTROL_USER, 'X-ClickHouse-Key': control_password },
    });
    call.once('response', (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => {
        text += part.toString();
      });
      answer.once('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    call.once('error', reject);
    call.once('timeout', () => call.destroy(new Error('no answer')));
    call.end(statement);
  });
}

/** Kills the main statement, which ends the engine; it may not listen yet, so this is tried for a while. */
async function endEngine(): Promise<void> {
  for (let tries = 0; tries < KILL_TRIES_MAX; tries += 1) {
    const killed = await control(`KILL QUERY WHERE user = '' AND query LIKE '${MAIN_STATEMENT}%'`).catch(() => '');
    if (killed !== '') return;
    await sleep(200);
  }
}

let ending = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    void endEngine();
  });
}
// The engine's thread doesn't keep Node's loop alive.
const awake = setInterval(() => {}, 1000);
try {
  await runEngine();
} finally {
  clearInterval(awake);
}
process.exit(ending ? 0 : 1);
