/**
 * Program: a ClickHouse server from `libchdb.so` (npm `@chdb/lib-…`), confined to its data folder and its two ports if
 * the kernel can do that. Options: `ClickHouseOptions` as JSON on standard input, because others can read a process's
 * arguments, and statements its environment. SIGTERM shuts it down cleanly.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ClickHouseOptions } from './clickhouse.ts';
import { configXml, embeddedUsersXml } from './clickhouse-config.ts';
import { controlFolder, runEngine, takeInput } from './clickhouse-engine.ts';
import { packageFolder } from './paths.ts';

function library(): string {
  const name = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
  const folder = packageFolder(name);
  if (folder !== null) return join(folder, 'libchdb.so');
  throw new Error(`no ClickHouse for this platform: npm install --no-save ${name}@26.7.3-stable.1`);
}

const options = JSON.parse(takeInput()) as ClickHouseOptions;
const controlPassword = randomBytes(24).toString('base64url');
const { wasAsked } = await runEngine({
  library: library(),
  folder: options.data,
  data: join(options.data, 'data'),
  httpPort: options.httpPort,
  nativePort: options.nativePort,
  listenHost: '127.0.0.1',
  config: configXml(controlFolder(options.data), options.time_zone),
  users: embeddedUsersXml(options, controlPassword),
  controlPassword,
});
process.exit(wasAsked ? 0 : 1);
