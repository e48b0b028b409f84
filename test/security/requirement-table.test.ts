import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultsOf, readRequirements } from './requirement-table.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string | null => {
  const file = join(root, path);
  return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : null;
};
/** Ids and levels of OWASP ASVS 5.0.0, levels 1 and 2. */
const levels = new Map(
  (read('test/security/asvs-5.0.0.csv') ?? '')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',') as [string, string])
    .map(([id, level]) => [id, Number(level)]),
);

describe('the table of security requirements', () => {
  const rows = readRequirements(read('docs/security.md') ?? '');

  it('has every requirement once, each with a reason or with a test that exists', () => {
    expect(levels.size).toBe(253);
    expect(faultsOf(rows, { levels, read })).toEqual([]);
  });

  it('lists what is not met again at its top, and nothing else', () => {
    const [top = ''] = (read('docs/security.md') ?? '').split('\n## V1 ');
    const listed = new Set([...top.matchAll(/\bV\d+\.\d+\.\d+\b/g)].map(([id]) => id));
    const open = rows.filter(({ answer }) => answer.startsWith('**Not met**')).map(({ id }) => id);
    expect([...listed].sort()).toEqual(open.sort());
  });
});

describe('a row', () => {
  const surroundings = {
    levels: new Map([['V1.1.1', 2]]),
    read: (path: string) =>
      path === 'services/a/src/x.ts' || path === 'docs/y.md'
        ? ''
        : path === 'services/a/src/x.test.ts'
          ? `it('works', () => {});\nit.each([1])(\n  "it's %s (twice)",\n  () => {},\n);\nexpect(works).toBe('other');`
          : null,
  };
  const faults = (...lines: readonly string[]) => faultsOf(readRequirements(lines.join('\n')), surroundings).join('\n');
  const row = (answer: string, tests: string, level = 2) => `| V1.1.1 | ${level} | Asks. | ${answer} | ${tests} |`;

  it.each([
    [row('By `services/a/src/x.ts`.', '`services/a/src/x.test.ts › works`')],
    [row('By `docs/y.md`.', "`services/a/src/x.test.ts › works`<br>`services/a/src/x.test.ts › it's %s (twice)`")],
    [row('Does not apply: there is none.', '–')],
    [row('**Not met**: the operator does.', '–')],
  ])('is right: %s', (line) => {
    expect(faults(line)).toBe('');
  });

  it.each([
    ['', 'the table lacks it'],
    [`${row('Does not apply: no.', '–')}\n${row('Does not apply: no.', '–')}`, 'the table has it twice'],
    [row('Does not apply: no.', '–', 1), 'its level is 2'],
    [row('Somehow.', '`services/a/src/x.test.ts › works`'), 'it names no file that meets it'],
    [row('By `services/a/src/gone.ts`.', '`services/a/src/x.test.ts › works`'), 'there is no file services/a/src/gone'],
    [row('By `services/a/src/x.ts`.', '–'), 'it names no test'],
    [row('By `services/a/src/x.ts`.', '`services/a/src/x.test.ts › work`'), 'has no test "work"'],
    [row('By `services/a/src/x.ts`.', '`services/a/src/x.test.ts › other`'), 'has no test "other"'],
    [row('By `services/a/src/x.ts`.', '`services/a/src/y.test.ts › works`'), 'there is no test file'],
    [row('By `services/a/src/x.ts`.', '`docs/y.md › works`'), 'there is no test file docs/y.md'],
    [row('Does not apply: ', '–'), 'it names no file'],
  ])('is found at fault: %s', (line, fault) => {
    expect(faults(line)).toContain(fault);
  });
});
