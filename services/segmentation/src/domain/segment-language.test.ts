import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCondition } from './read-condition.ts';

const page = readFileSync(new URL('../../../../docs/segment-language.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text as string);

describe('the page on the segment language', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(4);
  });

  it.each(examples)('shows conditions that are taken: %s', (text) => {
    const json: unknown = JSON.parse(text);
    expect(readCondition(json)).toEqual({ kind: 'condition', condition: json });
  });
});
