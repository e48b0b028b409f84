import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

it('the Segment SDKs for Node and Python feed it unmodified, and so do plain Kafka producers of both', async () => {
  const args = ['run', '--config', 'test/whole-stack.vitest.config.ts', 'test/conformance'];
  const [code] = (await once(spawn('vitest', args, { cwd: ROOT, stdio: 'inherit' }), 'exit')) as [number];
  expect(code).toBe(0);
});
