import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { advisoriesOf, type OsvDocument, severityOf } from './advisory.ts';

type Ranges = NonNullable<NonNullable<OsvDocument['affected']>[number]['ranges']>;

function documentOf(ranges: Ranges, versions: readonly string[] = []): OsvDocument {
  return {
    id: 'GHSA-aaaa-bbbb-cccc',
    published: '2026-01-31T12:00:00Z',
    affected: [{ package: { ecosystem: 'npm', name: 'left-pad' }, ranges, versions }],
    database_specific: { severity: 'HIGH' },
  };
}

const affects = (document: OsvDocument, version: string) => advisoriesOf(document).some((one) => one.affects(version));

describe('an advisory', () => {
  it.each([
    [[{ introduced: '0' }, { fixed: '1.2.3' }], '1.2.2', true],
    [[{ introduced: '0' }, { fixed: '1.2.3' }], '0.0.0', true],
    [[{ introduced: '0' }, { fixed: '1.2.3' }], '1.2.3', false],
    [[{ introduced: '1.0.0' }, { fixed: '1.2.3' }], '0.9.9', false],
    [[{ introduced: '1.0.0' }, { last_affected: '1.2.3' }], '1.2.3', true],
    [[{ introduced: '1.0.0' }, { last_affected: '1.2.3' }], '1.2.4', false],
    [[{ introduced: '1.0.0' }], '99.0.0', true],
    [[{ introduced: '1.0.0' }, { fixed: '1.5.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }], '1.6.0', false],
    [[{ introduced: '1.0.0' }, { fixed: '1.5.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }], '2.0.5', true],
    [[{ fixed: '2.1.0' }, { introduced: '2.0.0' }, { fixed: '1.5.0' }, { introduced: '1.0.0' }], '2.0.5', true],
    [[{ introduced: '0' }, { fixed: '2.0.0' }], '2.0.0-rc.1', true],
    [[{ introduced: '2.0.0-beta.2' }, { fixed: '2.0.0' }], '2.0.0-beta.1', false],
    [[{ introduced: '2.0.0-beta.2' }, { fixed: '2.0.0' }], '2.0.0-beta.10', true],
    [[{ introduced: '0' }, { fixed: '1.2.3' }], 'not a version', false],
  ] as const)('with the events %j affects %s: %s', (events, version, expected) => {
    expect(affects(documentOf([{ type: 'SEMVER', events }]), version)).toBe(expected);
    expect(affects(documentOf([{ type: 'ECOSYSTEM', events }]), version)).toBe(expected);
  });

  it('affects what any of its ranges has, or its list of versions', () => {
    const ranges = [
      { type: 'SEMVER', events: [{ introduced: '1.0.0' }, { fixed: '1.1.0' }] },
      { type: 'SEMVER', events: [{ introduced: '3.0.0' }, { fixed: '3.1.0' }] },
    ];
    const found = ['1.0.5', '2.0.0', '3.0.5', '5.0.1'].filter((version) =>
      affects(documentOf(ranges, ['5.0.1']), version),
    );
    expect(found).toEqual(['1.0.5', '3.0.5', '5.0.1']);
  });

  it('says nothing by the commits of a repository', () => {
    expect(affects(documentOf([{ type: 'GIT', events: [{ introduced: '0' }] }]), '1.0.0')).toBe(false);
  });

  it('counts for each npm package that it names, and for no other', () => {
    const events = [{ introduced: '0' }];
    const names = [
      ['npm', 'a'],
      ['npm', 'b'],
      ['PyPI', 'c'],
    ] as const;
    const affected = names.map(([ecosystem, name]) => ({
      package: { ecosystem, name },
      ranges: [{ type: 'SEMVER', events }],
    }));
    expect(advisoriesOf({ ...documentOf([]), affected }).map((one) => one.package)).toEqual(['a', 'b']);
  });

  it('has its severity and the time of its publication', () => {
    const [one] = advisoriesOf(documentOf([]));
    expect(one).toMatchObject({ id: 'GHSA-aaaa-bbbb-cccc', severity: 'high', publishedMs: Date.UTC(2026, 0, 31, 12) });
  });

  it('that was withdrawn is none', () => {
    const document = documentOf([{ type: 'SEMVER', events: [{ introduced: '0' }] }]);
    expect(advisoriesOf({ ...document, withdrawn: '2026-02-01T00:00:00Z' })).toEqual([]);
  });

  it('is refused where it is of another form', () => {
    expect(() => advisoriesOf({} as OsvDocument)).toThrow('no advisory of the OSV format');
  });

  it('affects exactly the versions from its introduction to its fix', () => {
    const part = fc.nat(4);
    const version = fc.tuple(part, part, part).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(version, version, version, (introduced, fixed, asked) => {
        const events = [{ introduced }, { fixed }];
        // A fix before the introduction does not end it.
        const isFixed = semver.gte(asked, fixed) && semver.gte(fixed, introduced);
        const isWithin = semver.gte(asked, introduced) && !isFixed;
        expect(affects(documentOf([{ type: 'SEMVER', events }]), asked)).toBe(isWithin);
      }),
    );
  });
});

it.each([
  ['CRITICAL', 'critical'],
  ['Moderate', 'moderate'],
  ['medium', 'moderate'],
  ['low', 'low'],
  ['unheard of', 'high'],
  [undefined, 'high'],
])('the severity %s is %s', (word, severity) => {
  expect(severityOf(word)).toBe(severity);
});
