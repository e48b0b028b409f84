import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepToOwners } from './own-files.ts';
import { isRoot } from './privileges.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-own-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (...path: string[]) => (statSync(join(folder, ...path)).mode & 0o777).toString(8);

it('takes from others what an earlier version left open, and nothing from the owner', () => {
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'kafka/logs'), { recursive: true });
  chmodSync(join(folder, 'kafka'), 0o755);
  chmodSync(join(folder, 'kafka/logs'), 0o775);
  for (const [name, mode] of [
    ['kafka/logs/0.log', 0o644],
    ['kafka/run.sh', 0o755],
    ['credentials.json', 0o600],
  ] as const) {
    writeFileSync(join(folder, name), 'x');
    chmodSync(join(folder, name), mode);
  }
  keepToOwners(folder);
  expect(modeOf()).toBe(isRoot() ? '711' : '700');
  expect(
    ['kafka', 'kafka/logs', 'kafka/logs/0.log', 'kafka/run.sh', 'credentials.json'].map((one) => modeOf(one)),
  ).toEqual([...['700', '700', '600', '700', '600']]);
  keepToOwners(folder);
  expect(modeOf('kafka/logs/0.log')).toBe('600');
});

it('follows no link out of the folder, and minds none that leads nowhere', () => {
  const outside = mkdtempSync(join(tmpdir(), 'hilo-outside-'));
  chmodSync(outside, 0o755);
  symlinkSync(outside, join(folder, 'out'));
  symlinkSync(join(folder, 'nothing'), join(folder, 'nowhere'));
  keepToOwners(folder);
  expect((statSync(outside).mode & 0o777).toString(8)).toBe('755');
  rmSync(outside, { recursive: true });
});
