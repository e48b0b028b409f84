import { describe, expect, it } from 'vitest';
import type { Advisory } from './advisory.ts';
import { type Exception, faultsOfExceptions, type Finding, findingsOf, judge } from './judge.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 11, 1);
const REASON = 'The function with the fault is never called by Hilo.';

const advisory = (part: Partial<Advisory> = {}): Advisory => ({
  ...{
    id: 'GHSA-1',
    package: 'a',
    severity: 'high',
    publishedMs: NOW - DAY_MS,
    affects: (version) => version === '1.0.0',
  },
  ...part,
});
const finding = (part: Partial<Finding> = {}): Finding => ({
  ...{ id: 'GHSA-1', package: 'a', version: '1.0.0', severity: 'high', since_ms: NOW - DAY_MS, ...part },
});
const exception = (part: Partial<Exception> = {}): Exception => ({
  ...{ id: 'GHSA-1', package: 'a', reason: REASON, until: '2026-12-31', ...part },
});
const rules = { nowMs: NOW, exceptions: [], exploited: [] };

describe('the findings', () => {
  const packages = ['1.0.0', '2.0.0'].map((version) => ({ name: 'a', version }));
  const known = { nowMs: NOW, firstSeen: new Map([['GHSA-1 a', NOW - 9 * DAY_MS]]) };

  it('are the versions that an advisory affects, since its publication', () => {
    expect(findingsOf(packages, [advisory(), advisory({ package: 'b' })], known)).toEqual([finding()]);
  });

  it('of a source that says no time count from when they were first found', () => {
    const [one] = findingsOf(packages, [advisory({ publishedMs: null })], known);
    expect(one?.since_ms).toBe(NOW - 9 * DAY_MS);
    const [other] = findingsOf(packages, [advisory({ publishedMs: null })], { ...known, firstSeen: new Map() });
    expect(other?.since_ms).toBe(NOW);
  });
});

describe('a finding', () => {
  it.each([
    ['critical', 6, 'due'],
    ['critical', 7, 'overdue'],
    ['high', 29, 'due'],
    ['high', 30, 'overdue'],
    ['moderate', 89, 'due'],
    ['moderate', 90, 'overdue'],
    ['low', 90, 'overdue'],
  ] as const)('that is %s and %i days old is %s', (severity, days, state) => {
    expect(judge([finding({ severity, since_ms: NOW - days * DAY_MS })], rules)).toMatchObject([{ state }]);
  });

  it('that is known to be exploited is as urgent as a critical one', () => {
    const one = finding({ severity: 'low', since_ms: NOW - 7 * DAY_MS });
    expect(judge([one], { ...rules, exploited: ['GHSA-1'] })).toMatchObject([{ state: 'overdue' }]);
  });

  it('with an exception waits until that ends', () => {
    const old = finding({ since_ms: 0 });
    const stateWith = (part: Partial<Exception>) => judge([old], { ...rules, exceptions: [exception(part)] })[0]?.state;
    expect(stateWith({})).toBe('excepted');
    expect(stateWith({ until: '2026-12-01' })).toBe('overdue');
    expect(stateWith({ id: 'GHSA-2' })).toBe('overdue');
    expect(stateWith({ package: 'b' })).toBe('overdue');
  });
});

it.each([
  [{}, null],
  [{ reason: 'later' }, 'has no reason'],
  [{ until: 'never' }, 'must end on a day'],
  [{ until: '2026-11-30' }, 'has ended on 2026-11-30'],
  [{ until: '2028-01-01' }, 'must end within 180 days'],
])('an exception with %j: %s', (part, fault) => {
  const faults = faultsOfExceptions([exception(part)], NOW);
  if (fault === null) expect(faults).toEqual([]);
  else expect(faults.join()).toContain(fault);
});
