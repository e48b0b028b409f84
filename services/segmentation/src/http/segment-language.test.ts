import { readCondition } from '@hilo/behaviour/version-2';
import { readFileSync } from 'node:fs';
import { faultFinder } from '@hilo/service/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contract } from './contract.ts';

const faultOf = faultFinder(contract, 'Condition');
const page = readFileSync(new URL('../../../../docs/segment-language.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text ?? '') as unknown);

/** What a schema can't say: nesting, the number of all conditions, escapes in a path, the longest window. */
const BEYOND_SCHEMAS = /nested too deep|is one too many|has an empty name|must be a length of time/;

const scalar = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
);
const operator = fc.constantFrom('eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'oneOf', 'exists', 'like');
const test = fc.dictionary(
  operator,
  fc.oneof(scalar, fc.integer({ min: 0, max: 10 }), fc.array(scalar, { maxLength: 2 })),
  {
    minKeys: 1,
    maxKeys: 2,
  },
);
const name = fc.constantFrom('a', 'a.b', 'Order Completed', '', 'x'.repeat(501));
/** JSON that looks like a condition, and often is one. */
const { condition } = fc.letrec<{ condition: unknown }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    fc.record({ trait: name, is: test }, { requiredKeys: ['trait'] }),
    fc.record(
      {
        ...{ did: name, count: test, within: fc.constantFrom('10m', '3mo', '0d', '5x', '') },
        where: fc.array(fc.record({ property: name, is: test }), { maxLength: 2 }),
      },
      { requiredKeys: ['did'] },
    ),
    fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { maxLength: 3 }), not: tie('condition') }, { requiredKeys: ['any'] }),
    fc.record({ not: tie('condition') }),
    fc.json().map((text) => JSON.parse(text) as unknown),
  ),
}));

describe('the page on the segment language', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(4);
  });

  it.each(examples)('shows conditions that the service and its schema take: %j', (example) => {
    expect(readCondition(example)).toEqual({ kind: 'condition', condition: example });
    expect(faultOf(example)).toBeNull();
  });
});

describe('the JSON Schema of the segment language', () => {
  it('takes what the service takes, and refuses what it refuses, but for rules that no schema can say', () => {
    fc.assert(
      fc.property(condition, (json) => {
        const read = readCondition(json);
        const fits = faultOf(json) === null;
        if (read.kind === 'condition') expect(fits).toBe(true);
        else if (fits) for (const { message } of read.problems) expect(message).toMatch(BEYOND_SCHEMAS);
      }),
      { numRuns: 500 },
    );
  });
});
