import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { advisoriesOfAudit } from './npm-audit.ts';

const read = (audit: object) => advisoriesOfAudit(JSON.stringify(audit), semver.satisfies);

describe('what npm audit prints', () => {
  it('is read as advisories, each once, without what another package brings along', () => {
    const url = 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc';
    const via = { source: 1, name: 'left-pad', url, severity: 'moderate', range: '>=1.0.0 <1.2.3' };
    const found = read({
      auditReportVersion: 2,
      vulnerabilities: { 'left-pad': { via: [via] }, uses: { via: ['left-pad'] }, other: { via: [via] } },
    });
    expect(found).toMatchObject([
      { id: 'GHSA-aaaa-bbbb-cccc', package: 'left-pad', severity: 'moderate', publishedMs: null },
    ]);
    expect(['0.9.0', '1.2.2', '1.2.3'].map((version) => found[0]?.affects(version))).toEqual([false, true, false]);
  });

  it('without faults has none', () => {
    expect(read({ auditReportVersion: 2, vulnerabilities: {} })).toEqual([]);
  });

  it.each(['', 'npm error', '{}', '[]', '{"message":"405 Method Not Allowed","error":{}}'])(
    'as %j is no proof that there is nothing',
    (printed) => {
      expect(() => advisoriesOfAudit(printed, semver.satisfies)).toThrow('the registry gave no audit');
    },
  );
});
