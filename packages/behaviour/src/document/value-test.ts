import { compareNumbers, isJsonNumber, type JsonNumber } from '@hilo/exact-json';
import type { Scalar, ValueTest } from '../language/condition.ts';
import type { JsonText } from './json-text.ts';
import { anyAt, type Path } from './path.ts';

/**
 * Tests a JSON document, such as a profile's traits or an event's properties. Throws `SyntaxError` for text that is not
 * JSON.
 */
export type DocumentTest = (document: JsonText) => boolean;

/** `unsure`: the values differ by digits that a double does not hold, or not at all. */
type Answer = boolean | 'unsure';

const anything = (): boolean => true;

/** The compiled test of the value at the path. Missing values fail every test but `exists: false`. */
export function documentTest(path: Path, test: ValueTest): DocumentTest {
  if ('exists' in test) {
    const wanted = test.exists;
    return (document) => anyAt(document.value, path, anything) === wanted;
  }
  const roughly = roughTest(test);
  const exactly = exactTest(test);
  // Rounding to a double keeps the order: doubles that differ decide, and only equal ones need the digits.
  return (document) => {
    let unsure = false;
    const passes = anyAt(document.value, path, (value) => {
      const answer = roughly(value);
      if (answer !== 'unsure') return answer;
      unsure = true;
      return false;
    });
    return passes || (unsure && anyAt(document.exact, path, exactly));
  };
}

type ScalarTest = Exclude<ValueTest, { readonly exists: boolean }>;
type Compare = (order: -1 | 0 | 1) => boolean;

/** The answer by the nearest doubles, if they decide. */
function roughTest(test: ScalarTest): (value: unknown) => Answer {
  if ('eq' in test) return roughEquality(test.eq);
  if ('ne' in test) {
    const equals = roughEquality(test.ne);
    return (value) => opposite(equals(value));
  }
  if ('oneOf' in test) {
    const texts = new Set<unknown>(test.oneOf.filter((one) => !isJsonNumber(one)));
    const numbers = new Set<unknown>(test.oneOf.filter(isJsonNumber).map(Number));
    return (value) => (typeof value === 'number' ? (numbers.has(value) ? 'unsure' : false) : texts.has(value));
  }
  const [bound, holds] = comparison(test);
  const nearest = Number(bound);
  return (value) => {
    if (typeof value !== 'number') return false;
    return value === nearest ? 'unsure' : holds(value < nearest ? -1 : 1);
  };
}

function roughEquality(wanted: Scalar): (value: unknown) => Answer {
  if (!isJsonNumber(wanted)) return (value) => value === wanted;
  const nearest = Number(wanted);
  return (value) => (value === nearest ? 'unsure' : false);
}

/** Values are of the same kind or not equal: the text "5" is not the number 5, and no text is greater than a number. */
function exactTest(test: ScalarTest): (value: unknown) => boolean {
  if ('eq' in test) return (value) => areEqual(value, test.eq);
  if ('ne' in test) return (value) => !areEqual(value, test.ne);
  if ('oneOf' in test) return (value) => test.oneOf.some((one) => areEqual(value, one));
  const [bound, holds] = comparison(test);
  return (value) => isJsonNumber(value) && holds(compareNumbers(value, bound));
}

function areEqual(value: unknown, wanted: Scalar): boolean {
  if (!isJsonNumber(wanted)) return value === wanted;
  return isJsonNumber(value) && compareNumbers(value, wanted) === 0;
}

type OrderTest = Extract<ScalarTest, { gt: unknown } | { gte: unknown } | { lt: unknown } | { lte: unknown }>;

function comparison(test: OrderTest): readonly [JsonNumber, Compare] {
  if ('gt' in test) return [test.gt, (order) => order > 0];
  if ('gte' in test) return [test.gte, (order) => order >= 0];
  if ('lt' in test) return [test.lt, (order) => order < 0];
  return [test.lte, (order) => order <= 0];
}

function opposite(answer: Answer): Answer {
  return answer === 'unsure' ? answer : !answer;
}
