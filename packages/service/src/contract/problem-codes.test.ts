import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROBLEM_STATUS } from './problem-codes.ts';

it('docs/reasons.md lists every code of an error answer with its status, and no other', () => {
  const text = readFileSync(new URL('../../../../docs/reasons.md', import.meta.url), 'utf8');
  const section = text.slice(text.indexOf('## Errors of the APIs'));
  const [general = '', statements = ''] = section.split('### Statements');
  const listed = [
    ...[...general.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, code, status]) => [code, Number(status)]),
    ...[...statements.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => [code, 400]),
  ];
  expect(new Map(listed as [string, number][])).toEqual(new Map(Object.entries(PROBLEM_STATUS)));
  expect(listed).toHaveLength(Object.keys(PROBLEM_STATUS).length);
});
