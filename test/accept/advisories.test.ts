import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('no package of others has a fault for longer than the documented times allow', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/advisories/main.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(`${stdout}${stderr}`).toMatch(/\d+ packages compared with .*: 0 faults are overdue/);
  expect(status).toBe(0);
}, 180_000);
