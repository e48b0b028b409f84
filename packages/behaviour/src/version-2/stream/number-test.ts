import type { CountTest, NumberTest } from '../condition.ts';
import { unitsOfBound } from './scalar-text.ts';

/** A test of a count, with what time can do to its answer. */
export interface CompiledCount {
  passes(count: number): boolean;
  /** Counts at which the answer differs from that of the count before, in descending order. */
  readonly flips: readonly number[];
  /** So many events decide the test, whatever comes after them. */
  readonly needed: number;
}

/** The compiled test of a count; at least 1 by default. */
export function countTest(test: CountTest = { gte: 1 }): CompiledCount {
  if ('gte' in test) return compiled((count) => count >= test.gte, [test.gte]);
  if ('gt' in test) return compiled((count) => count > test.gt, [test.gt + 1]);
  if ('lt' in test) return compiled((count) => count < test.lt, [test.lt]);
  if ('lte' in test) return compiled((count) => count <= test.lte, [test.lte + 1]);
  if ('eq' in test) return compiled((count) => count === test.eq, [test.eq + 1, test.eq]);
  if ('ne' in test) return compiled((count) => count !== test.ne, [test.ne + 1, test.ne]);
  const [from, to] = test.between as readonly [number, number];
  return compiled((count) => count >= from && count <= to, [to + 1, from]);
}

function compiled(passes: (count: number) => boolean, flips: readonly number[]): CompiledCount {
  return { passes, flips: flips.filter((flip) => flip > 0), needed: flips[0] as number };
}

/** True if `amount` / `scale` passes; both in the same units. */
export type QuotientTest = (amount: bigint, scale: bigint) => boolean;

/** The compiled test of a number in units of 10⁻¹⁸, or of a quotient: it compares without dividing. */
export function quotientTest(test: NumberTest): QuotientTest {
  if ('between' in test) {
    const [from, to] = test.between.map(unitsOfBound) as [bigint, bigint];
    return (amount, scale) => amount >= from * scale && amount <= to * scale;
  }
  const [[operator, number]] = Object.entries(test) as [[string, Parameters<typeof unitsOfBound>[0]]];
  const bound = unitsOfBound(number);
  switch (operator) {
    case 'eq':
      return (amount, scale) => amount === bound * scale;
    case 'ne':
      return (amount, scale) => amount !== bound * scale;
    case 'gt':
      return (amount, scale) => amount > bound * scale;
    case 'gte':
      return (amount, scale) => amount >= bound * scale;
    case 'lt':
      return (amount, scale) => amount < bound * scale;
    case 'lte':
      return (amount, scale) => amount <= bound * scale;
    default:
      throw new RangeError('no known operator');
  }
}
