import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'hilo-advisories-'));

beforeEach(() => rmSync(join(folder, 'advisories'), { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, events: readonly object[], part: object = {}): void {
  const file = join(folder, `advisories/github-reviewed/2026/01/${name}/GHSA-${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const affected = [{ package: { ecosystem: 'npm', name }, ranges: [{ type: 'ECOSYSTEM', events }] }];
  const published = '2026-01-01T00:00:00Z';
  writeFileSync(file, JSON.stringify({ id: `GHSA-${name}`, published, affected, ...part }));
}

const run = (from: string) =>
  spawnSync(process.execPath, ['test/advisories/main.ts', '--from', from], { cwd: root, encoding: 'utf8' });

describe('npm run advisories with a clone of the database', () => {
  it('names a package whose fault is overdue, and ends with 1', () => {
    put('fastify', [{ introduced: '0' }]);
    put('pg', [{ introduced: '0' }, { fixed: '1.0.0' }]);
    const { status, stdout } = run(folder);
    expect(stdout).toMatch(/^overdue: fastify@\S+ has GHSA-fastify \(high\), due 2026-01-31$/m);
    expect(stdout).toMatch(/: 1 faults are overdue$/m);
    expect(stdout).not.toContain('GHSA-pg');
    expect(status).toBe(1);
  });

  it('ends with 0 where nothing is overdue', () => {
    put('pg', [{ introduced: '0' }, { fixed: '1.0.0' }]);
    put('fastify', [{ introduced: '0' }], { withdrawn: '2026-02-01T00:00:00Z' });
    const { status, stdout } = run(folder);
    expect(stdout).toMatch(/^\d{3,} packages compared with GitHub's advisory database: 0 faults are overdue$/m);
    expect(status).toBe(0);
  });

  it('does not take an empty folder for the news that there is nothing', () => {
    const { status, stderr } = run(folder);
    expect(stderr).toMatch(/^Nothing was compared: /);
    expect(status).toBe(1);
  });
});
