import { type JsonNumber, parseJson } from '@hilo/exact-json';
import fc from 'fast-check';
import {
  COUNT_OPERATORS,
  type Condition,
  type CountTest,
  type PropertyTest,
  UNITS,
  type ValueTest,
} from '../condition.ts';

/** JSON knows no negative zero. */
const number = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('1234567890123456789', '0.12345678901234567891', '-1e400', '1e20', '12345678901234567890123')
      .map((numeral) => parseJson(numeral) as JsonNumber),
  },
);
const scalar = fc.oneof(fc.string({ maxLength: 8 }), number, fc.boolean());
const path = fc
  .array(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 })
  .map((names) => names.map((name) => name.replace(/[.\\]/g, (special) => `\\${special}`)).join('.'));

const test: fc.Arbitrary<ValueTest> = fc.oneof(
  fc.record({ eq: scalar }),
  fc.record({ ne: scalar }),
  fc.record({ gt: number }),
  fc.record({ gte: number }),
  fc.record({ lt: number }),
  fc.record({ lte: number }),
  fc.record({ oneOf: fc.array(scalar, { minLength: 1, maxLength: 4 }) }),
  fc.record({ exists: fc.boolean() }),
);

const count = fc
  .tuple(fc.constantFrom(...COUNT_OPERATORS), fc.integer({ min: 0, max: 10_000 }))
  .map(([operator, bound]) => ({ [operator]: bound }) as unknown as CountTest);
const within = fc
  .tuple(fc.integer({ min: 1, max: 9_999 }), fc.constantFrom(...UNITS))
  .map(([amount, unit]) => `${amount}${unit}`);
const where: fc.Arbitrary<readonly PropertyTest[]> = fc.array(fc.record({ property: path, is: test }), {
  minLength: 1,
  maxLength: 3,
});

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ trait: path, is: test }),
  fc.record({ did: fc.string({ minLength: 1, maxLength: 12 }), where, count, within }, { requiredKeys: ['did'] }),
);

/** Conditions that the API would take, up to four levels deep. */
export const arbitraryCondition: fc.Arbitrary<Condition> = conditionsOf(4);

function conditionsOf(levels: number): fc.Arbitrary<Condition> {
  if (levels === 1) return leaf;
  const inner = conditionsOf(levels - 1);
  const members = fc.array(inner, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    leaf,
    fc.record({ all: members }),
    fc.record({ any: members }),
    inner.map((not) => ({ not })),
  );
}
