/**
 * Program: HTTPS in front of the ClickHouse in this container, for config.d/tls.xml: the engine of libchdb opens no encrypted
 * listener of its own.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer } from 'node:tls';

const settings = readFileSync('/etc/clickhouse-server/config.d/tls.xml', 'utf8');

function setting(name: string): string {
  const [, text] = new RegExp(`<${name}>([^<]+)</${name}>`).exec(settings) ?? [];
  if (text === undefined) throw new Error(`tls.xml has no ${name}`);
  return text;
}

const pair = {
  cert: readFileSync(setting('certificateFile')),
  key: readFileSync(setting('privateKeyFile')),
};
createServer({ ...pair, minVersion: 'TLSv1.2' }, (outside) => {
  const inside = connect(8123, '127.0.0.1');
  outside.pipe(inside).pipe(outside);
  for (const [one, other] of [
    [outside, inside],
    [inside, outside],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}).listen(Number(setting('https_port')), '0.0.0.0');
