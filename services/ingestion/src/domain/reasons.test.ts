import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAULTS } from './faults.ts';

it('docs/reasons.md lists every fault with its meaning, and no other', () => {
  const text = readFileSync(new URL('../../../../docs/reasons.md', import.meta.url), 'utf8');
  const section = text.slice(text.indexOf('## Events that are not accepted'), text.indexOf('## Dead letters'));
  const rows = [...section.matchAll(/^\| `(\w+)` \| (.*?) \|$/gm)].map(([, code, meaning]) => [code, meaning]);
  expect(rows.filter(([code]) => code !== 'duplicate')).toEqual(Object.entries(FAULTS));
});
