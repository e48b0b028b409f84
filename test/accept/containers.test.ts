import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { haveImages } from './base-images.ts';
import { type DockerEngine, openDockerEngine } from './docker-engine.ts';

/** Those that test/stack/docker-stores.ts names. */
const IMAGES = [
  'apache/kafka:4.3.1',
  'apicurio/apicurio-registry-mem:2.6.13.Final',
  'postgres:18',
  'clickhouse/clickhouse-server:26.7',
];

/** Tests that ask for each of the four stores, and use them hard. */
const TESTS = ['infra/setup/set-up.test.ts', 'packages/streaming/src/adapters/', 'services/history/src/adapters/'];

let engine: DockerEngine;
beforeAll(async () => {
  engine = await openDockerEngine();
  await haveImages(IMAGES, { ...process.env, ...engine.env });
}, 1_200_000);
afterAll(() => engine?.close());

it('tests get their stores in containers where a Docker engine answers', async () => {
  // The reaper of testcontainers is an image of its own; here each test stops what it started.
  const env = { ...process.env, ...engine.env, TESTCONTAINERS_RYUK_DISABLED: 'true' };
  const args = ['run', '--config', 'vitest.config.ts', '--no-file-parallelism', ...TESTS];
  const vitest = spawn('vitest', args, { env, stdio: ['ignore', 'inherit', 'pipe'] });
  let said = '';
  vitest.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-10_000);
  });
  expect(((await once(vitest, 'exit')) as [number])[0], said).toBe(0);
  expect(said).not.toContain('using embedded ones');
});
