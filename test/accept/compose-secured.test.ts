import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_NAMES } from '@hilo/infra';
import { STAGES } from '@hilo/schemas';
import { OPERATIONS_PORT_OFFSET } from '@hilo/service';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Composed } from '../composed.ts';
import { plaintextIn } from '../plaintext.ts';
import { ComposeStack } from './compose-stack.ts';
import { endToEnd } from './end-to-end.ts';

let stack: ComposeStack;
beforeAll(async () => {
  stack = await ComposeStack.open(['docker-compose.yml', 'docker-compose.secured.yml']);
  await stack.up(1);
  process.env.HILO_TEST_WEBHOOK_HOST = await stack.hostAddress();
}, 1_200_000);
afterAll(async () => {
  delete process.env.HILO_TEST_WEBHOOK_HOST;
  await stack?.close();
});

it('what docker compose makes of both files names no connection that is not encrypted', async () => {
  expect(plaintextIn(parse(await stack.compose('--profile', 'monitoring', 'config')) as Composed)).toEqual([]);
});

it('events become deliveries with TLS on every connection, and stores that let in only whom they know', async () => {
  expect(await endToEnd(stack.credentials, 'retry')).toBe(0);
});

it('nothing in any container runs as root', async () => {
  for (const [name, uids] of await stack.users()) expect(uids, name).not.toContain(0);
});

/**
 * What a program in the container of identity gets as the beginning of an answer to plain HTTP, by `host:port`; `closed` where
 * nobody listens.
 */
async function askPlainly(targets: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const script = `for target in "$@"; do
    place=/dev/tcp/\${target/://}
    echo -n "$target "
    if (exec 3<>"$place") 2>/dev/null; then
      (exec 3<>"$place"; printf 'GET /health/live HTTP/1.0\\r\\n\\r\\n' >&3; timeout 5 head -c 12 <&3) 2>/dev/null | tr -cd '[:print:]'
    else
      echo -n closed
    fi
    echo
  done`;
  const said = await stack.compose('exec', '-T', 'identity', 'bash', '-c', script, 'ask', ...targets);
  const lines = said.trim().split('\n');
  return new Map(lines.map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
}

it('a service reaches the registry by its proxy alone', async () => {
  const answers = await askPlainly(['registry-proxy:8443', 'registry:8443']);
  expect(answers.get('registry-proxy:8443')).not.toBe('closed');
  expect(answers.get('registry:8443')).toBe('closed');
  const status = await fetch('http://127.0.0.1:4081/apis/ccompat/v7/subjects').then(
    ({ status: answered }) => answered,
    () => null,
  );
  expect(status).toBeNull();
});

it('no service answers plain HTTP, neither to the outside nor to another container, and no store does', async () => {
  const ports = ['console', ...STAGES].map((name, index) => [name, 4000 + index] as const);
  const own = ports.flatMap(([name, port]) => [`${name}:${port}`, `${name}:${port + OPERATIONS_PORT_OFFSET}`]);
  const answers = await askPlainly([...own, 'clickhouse:8443', 'registry-proxy:8443', 'clickhouse:8123']);
  expect(answers.get('clickhouse:8123')).toBe('closed');
  for (const target of [...own, 'clickhouse:8443', 'registry-proxy:8443']) {
    expect(answers.get(target), target).not.toBe('closed');
    expect(answers.get(target), target).not.toMatch(/^HTTP\/1\.. [23]/);
  }
  for (const [, port] of ports)
    await expect(fetch(`http://127.0.0.1:${port}/health/live`), `${port}`).rejects.toThrow('fetch failed');
});

it('the console and the tracking API say to browsers that they use HTTPS alone', async () => {
  for (const url of [stack.credentials.consoleUrl, stack.credentials.ingestionUrl]) {
    const { headers } = await fetch(`${url}/health/live`);
    expect(headers.get('strict-transport-security'), url).toBe('max-age=63072000; includeSubDomains');
  }
});

it('PostgreSQL knows each service that is connected by its certificate', async () => {
  const client = new Client({ connectionString: stack.credentials.postgresUrl });
  await client.connect();
  try {
    // A connection whose client has not shown who it is yet has no user.
    const { rows } = await client.query<{ usename: string; client_dn: string | null }>(
      `SELECT DISTINCT usename, client_dn FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
       WHERE backend_type = 'client backend' AND usename IS NOT NULL`,
    );
    expect(rows.map(({ usename }) => usename).sort()).toEqual(
      ['hilo', ...SERVICE_NAMES.map((name) => `hilo_${name}`)].sort(),
    );
    for (const { usename, client_dn } of rows) expect(client_dn).toBe(`/CN=${usename}`);
  } finally {
    await client.end();
  }
});

it('a backup comes from stores that speak TLS', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-secured-backup-'));
  try {
    await stack.run('infra/docker/backup.sh', folder);
    expect(readdirSync(folder).sort()).toEqual(['clickhouse.tar.gz', 'postgres.dump', 'registry.zip']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
