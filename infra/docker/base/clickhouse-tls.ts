/**
 * Program: HTTPS in front of the ClickHouse in this container, by config.d/tls.xml and users.d/tls.xml. Reads its variables from
 * standard input, in the format of `env -0`.
 */
import { readFileSync } from 'node:fs';
import { takeInput } from '../../embedded/clickhouse-engine.ts';
import { clickHouseFront, setting } from './clickhouse-front.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const settings = read('/etc/clickhouse-server/config.d/tls.xml');
const variables = new Map(
  takeInput()
    .split('\0')
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
);
const valueOf = (variable: string) => variables.get(variable) ?? '';

clickHouseFront({
  ...{ settings, users: read('/etc/clickhouse-server/users.d/tls.xml'), enginePort: 8123, read },
  passwords: {
    [valueOf('CLICKHOUSE_USER')]: valueOf('CLICKHOUSE_PASSWORD'),
    loader: valueOf('HILO_LOADER_PASSWORD'),
    reader: valueOf('HILO_READER_PASSWORD'),
  },
}).listen(Number(setting(settings, 'https_port')), '0.0.0.0');
