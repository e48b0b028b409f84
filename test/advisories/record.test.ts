import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Exception, faultsOfExceptions } from './judge.ts';
import { type AdvisoryRecord, firstSeenIn, missingIn, packagesOf, recordOf, withAdded } from './record.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const lockOf = (...places: readonly (readonly [string, object])[]) =>
  JSON.stringify({ packages: Object.fromEntries(places) });
const LOCK = lockOf(
  ['', { name: 'hilo', version: '0.1.0' }],
  ['packages/service', { name: '@hilo/service', version: '0.1.0' }],
  ['node_modules/@hilo/service', { resolved: 'packages/service', link: true }],
  ['node_modules/pg', { version: '8.23.1' }],
  ['node_modules/@scope/a', { version: '1.0.0' }],
  ['node_modules/pg/node_modules/@scope/a', { version: '2.0.0' }],
  ['node_modules/alias', { name: 'pg', version: '8.23.1' }],
);
const RECORD: AdvisoryRecord = {
  ...{ checked_at: null, source: null, lock_sha256: null, checked: ['pg@8.23.1', 'gone@1.0.0'] },
  ...{ unchecked: [], findings: [] },
};

describe('the record of what was compared with advisories', () => {
  it('is about the packages of others, each version once', () => {
    expect(packagesOf(LOCK).map(({ name, version }) => `${name}@${version}`)).toEqual([
      '@scope/a@1.0.0',
      '@scope/a@2.0.0',
      'pg@8.23.1',
    ]);
  });

  it('lacks what was added since, until it is noted or compared', () => {
    expect(missingIn(RECORD, packagesOf(LOCK))).toEqual(['@scope/a@1.0.0', '@scope/a@2.0.0']);
    const added = withAdded(RECORD, LOCK);
    expect(added).toMatchObject({ checked: ['pg@8.23.1'], unchecked: ['@scope/a@1.0.0', '@scope/a@2.0.0'] });
    expect(missingIn(added, packagesOf(LOCK))).toEqual([]);
    const compared = recordOf(LOCK, { source: 'x', nowMs: 0, verdicts: [] });
    expect(compared).toMatchObject({ unchecked: [], checked_at: '1970-01-01T00:00:00.000Z' });
    expect(missingIn(compared, packagesOf(LOCK))).toEqual([]);
  });

  it('remembers when a fault was first found', () => {
    const one = {
      id: 'GHSA-1',
      package: 'pg',
      version: '8.23.1',
      severity: 'low',
      since_ms: 5,
      due_ms: 9,
      state: 'due',
    } as const;
    const record = recordOf(LOCK, { source: 'x', nowMs: 9, verdicts: [one] });
    expect(firstSeenIn(record)).toEqual(new Map([['GHSA-1 pg', 5]]));
  });
});

describe('docs/advisories.json', () => {
  it('has every package of the lock: `npm run advisories -- --record` compares new ones, `--add` notes them', () => {
    expect(existsSync(join(root, 'docs/advisories.json'))).toBe(true);
    const record = JSON.parse(read('docs/advisories.json')) as AdvisoryRecord;
    expect(missingIn(record, packagesOf(read('package-lock.json')))).toEqual([]);
  });

  it('rests on exceptions that have reasons', () => {
    const { exceptions } = JSON.parse(read('test/advisories/exceptions.json')) as { exceptions: readonly Exception[] };
    // Whether one has ended is for `npm run accept` to say: this test does not fail by itself one day.
    const faults = faultsOfExceptions(exceptions, 0).filter((fault) => !fault.includes('within 180 days'));
    expect(faults).toEqual([]);
  });
});
