import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'deployment.sh');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-deployment-'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/curl'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
  await writeFile(join(folder, 'clickhouse_password'), 'secret');
});
afterAll(() => rm(folder, { recursive: true }));

/** What a call passes to curl in a deployment of these services, as the shell lists them. */
async function asked(services: string, call = 'registry /subjects --silent'): Promise<string> {
  const compose = join(folder, 'bin/compose');
  await writeFile(compose, `#!/bin/sh\n${services}\n`, { mode: 0o755 });
  const { stdout } = await promisify(execFile)('bash', ['-c', `set -euo pipefail; . '${SCRIPT}'; ${call}`], {
    env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, COMPOSE: compose, HILO_SECRETS: folder },
  });
  return stdout;
}

it('asks the registry by its proxy where there is one, however many services are listed behind it', async () => {
  // More than a pipe holds, so that the list fails unless it is read to its end.
  expect(await asked('echo registry-proxy; seq 100000')).toMatch(
    /--cacert .*\/stores_ca --cert .*\/setup_certificate --key .*\/setup_key https:\/\/localhost:4443\/subjects --silent\n$/,
  );
});

it('asks the registry itself where there is no proxy', async () => {
  expect(await asked('echo kafka; echo registry')).toContain(' http://127.0.0.1:4081/subjects --silent\n');
});

it('asks ClickHouse by a certificate where docker-compose.secured.yml is used, and else by its plain port', async () => {
  const call = "clickhouse 'SELECT 1'";
  const secured = await asked('echo registry-proxy; seq 100000', call);
  expect(secured).toMatch(/ --cert .*\/setup_certificate .* https:\/\/localhost:4124 --data SELECT 1\n$/);
  expect(secured).toContain(' X-ClickHouse-User: hilo --header X-ClickHouse-SSL-Certificate-Auth: on ');
  expect(secured).not.toContain('secret');
  expect(await asked('echo kafka', call)).toContain(' --user hilo:secret http://127.0.0.1:4123 --data SELECT 1\n');
});
