import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';

const folder = join(import.meta.dirname, '../generated-client');
const generated = join(folder, 'generated');
const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const USER = `stranger-${Date.now().toString(36)}`;

/** A program of the generator's own packages, on this Node. */
function run(...args: readonly string[]): string {
  const env = { ...process.env, HILO_CREDENTIALS: JSON.stringify(credentials) };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env });
  expect([status, status === 0 ? '' : `${stdout}${stderr}`]).toEqual([0, '']);
  return stdout;
}

const binOf = (name: string, file: string) => join(import.meta.dirname, '../node_modules', name, file);

beforeAll(async () => {
  await hilo.send('identify', { userId: USER, traits: { plan: 'pro' } });
  await hilo.send('track', { userId: USER, event: 'Order Completed', properties: { revenue: 9.5 } });
  const address = `${credentials.historyUrl}/v1/profiles`;
  await eventually(
    'the history has both events',
    async () => {
      const identifier = { type: 'user_id', value: USER };
      const known = await hilo.admin('POST', `${credentials.identityUrl}/v1/profiles/lookup`, { identifier });
      const { profile_id = '' } = known.body as { readonly profile_id?: string };
      return hilo.admin('GET', `${address}/${profile_id}/events`);
    },
    ({ body }) => (body as { readonly items?: readonly unknown[] }).items?.length === 2,
  );
  mkdirSync(generated, { recursive: true });
});
afterAll(() => rmSync(generated, { recursive: true, force: true }));

it('a client that a stranger’s generator makes from the served documents reads and writes, as its types say', async () => {
  for (const [name, [url]] of Object.entries(credentials.operations)) {
    const document = await (await fetch(`${url}/openapi.json`)).text();
    const file = join(generated, `${name}.json`);
    writeFileSync(file, document);
    // A field with a default is one that a caller may leave out.
    const options = ['--default-non-nullable=false', '--output', join(generated, `${name}.d.ts`)];
    run(binOf('openapi-typescript', 'bin/cli.js'), file, ...options);
  }
  run(binOf('typescript', 'bin/tsc'), '--project', join(folder, 'tsconfig.client.json'));
  expect(JSON.parse(run('client.ts', USER))).toEqual({
    traits: { plan: 'pro' },
    profileIds: Array.from({ length: 3 }, () => expect.stringMatching(/^p_/)),
    events: [
      { event: 'Order Completed', isTimed: true },
      { event: null, isTimed: true },
    ],
    rows: [[1]],
    refused: 'not_found',
    roles: ['viewer', 'editor'],
    removed: 204,
    segment: [1, 204],
    types: ['kafka-topic', 'webhook'],
    destination: ['webhook', 204],
    sources: 1,
    tracked: { success: true },
    audit: ['deleted', 'changed', 'created'].map((what) => ({ what, target: `users/${USER}@example.com` })),
  });
}, 120_000);
