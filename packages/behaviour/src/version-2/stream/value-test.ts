import { compareNumbers, ExactNumber, isJsonNumber, type JsonNumber, readNumber } from '@hilo/exact-json';
import { RE2JS } from 're2js';
import { anyAt, type Path, readPath } from '../../document/path.ts';
import { VALUE_OPERATORS } from '../../language/condition.ts';
import { documentTest } from '../../document/value-test.ts';
import { JsonText } from '../../document/json-text.ts';
import { rangeOf, readDate } from '../../time/date.ts';
import type { Zone } from '../../time/zone.ts';
import type { Scalar, ValueTest } from '../condition.ts';
import { foldCase } from '../fold-case.ts';
import { dateOf, type RelativeDateTest, relativeDateTest } from './date-test.ts';

/** A moment at which a test is asked, and room for how long its answer stands. */
export interface AskedAt {
  readonly nowMs: number;
  /** Written by the test: its answer stands before that moment if nothing happens; infinity: for good. */
  untilMs: number;
}

/** The other path that a test compares with. */
export interface OperandPath {
  readonly place: 'property' | 'trait';
  readonly path: Path;
}

/** A test of the values at a path, any of which may pass. */
export interface ValuesTest {
  /** The path with whose values it compares; null: it compares with constants. */
  readonly operand: OperandPath | null;
  /** True if its answer depends on the moment. */
  readonly isRelative: boolean;
  /** True if one of the values passes; `others` are those at the operand's path. */
  holds(values: readonly unknown[], others: readonly unknown[], asked: AskedAt): boolean;
}

/** A parsed document: a JSON text, or an element inside one. */
export interface ParsedDocument {
  /** With every digit of its numbers. */
  readonly exact: unknown;
}

/** Tests what stands at one path of a document; the operand's values, if there is one, come from elsewhere. */
export type FixedTest = (document: ParsedDocument) => boolean;

type ScalarTest = (value: unknown) => boolean;
type PairTest = (value: unknown, other: unknown) => boolean;

const NOTHING: readonly unknown[] = [];

/** The path that a text names. Throws a `RangeError` if it names none: readers refuse such texts. */
export function pathOf(text: string): Path {
  const path = readPath(text);
  if (path === null) throw new RangeError('no path');
  return path;
}

/** All values that the path reaches. */
export function valuesAt(document: unknown, path: Path): readonly unknown[] {
  const values: unknown[] = [];
  anyAt(document, path, (value) => {
    values.push(value);
    return false;
  });
  return values;
}

/** Compiles a test of the values at a path. */
export function valuesTest(test: ValueTest, as: 'number' | undefined, zone: Zone): ValuesTest {
  const operand = operandOf(test);
  const read = as === undefined ? null : numberIfText;
  if (operand !== null) return pairsTest(operand, pairTest(test), read);
  if ('exists' in test) return fixed((values) => values.length > 0 === test.exists);
  const relative = relativeDateTest(test, zone);
  if (relative !== null) return relativeTest(relative);
  const passes = scalarTest(test, zone);
  return fixed((values) => values.some((value) => passes(read === null ? value : read(value))));
}

/**
 * Compiles a test that neither the moment nor another document decides: the one of version 1, which avoids exact numbers
 * where it can, if that knows the operator. Null if it depends on more than the document.
 */
export function fixedTest(path: Path, test: ValueTest, as: 'number' | undefined, zone: Zone): FixedTest | null {
  const compiled = valuesTest(test, as, zone);
  if (compiled.isRelative || compiled.operand?.place === 'trait') return null;
  const asked: AskedAt = { nowMs: 0, untilMs: 0 };
  const otherPath = compiled.operand?.path ?? null;
  const slow: FixedTest = ({ exact }) =>
    compiled.holds(valuesAt(exact, path), otherPath === null ? NOTHING : valuesAt(exact, otherPath), asked);
  if (otherPath !== null || as !== undefined || !isKnownToVersion1(test)) return slow;
  const fast = documentTest(path, test);
  return (document) => (document instanceof JsonText ? fast(document) : slow(document));
}

type Version1Test = Parameters<typeof documentTest>[1];
const VERSION_1: readonly string[] = VALUE_OPERATORS;

function isKnownToVersion1(test: ValueTest): test is ValueTest & Version1Test {
  return Object.keys(test).every((name) => VERSION_1.includes(name));
}

function operandOf(test: ValueTest): OperandPath | null {
  const [value] = Object.entries(test)
    .filter(([name]) => name !== 'ignoreCase' && name !== 'anniversary')
    .map(([, one]) => one as unknown);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof ExactNumber) return null;
  const { property, trait } = value as { readonly property?: string; readonly trait?: string };
  if (property !== undefined) return { place: 'property', path: pathOf(property) };
  return trait === undefined ? null : { place: 'trait', path: pathOf(trait) };
}

function fixed(test: (values: readonly unknown[]) => boolean): ValuesTest {
  return {
    operand: null,
    isRelative: false,
    holds(values, _others, asked) {
      asked.untilMs = Number.POSITIVE_INFINITY;
      return test(values);
    },
  };
}

function pairsTest(operand: OperandPath, passes: PairTest, read: ((value: unknown) => unknown) | null): ValuesTest {
  return {
    operand,
    isRelative: false,
    holds(values, others, asked) {
      asked.untilMs = Number.POSITIVE_INFINITY;
      const here = read === null ? values : values.map(read);
      const there = read === null ? others : others.map(read);
      return here.some((value) => there.some((other) => passes(value, other)));
    },
  };
}

function relativeTest(test: RelativeDateTest): ValuesTest {
  return {
    operand: null,
    isRelative: true,
    holds(values, _others, asked) {
      let holdsUntilMs = Number.NEGATIVE_INFINITY;
      let failsUntilMs = Number.POSITIVE_INFINITY;
      for (const value of values) {
        const { holds, untilMs } = test(value, asked.nowMs);
        if (holds) holdsUntilMs = Math.max(holdsUntilMs, untilMs);
        else failsUntilMs = Math.min(failsUntilMs, untilMs);
      }
      const holds = holdsUntilMs !== Number.NEGATIVE_INFINITY;
      asked.untilMs = holds ? holdsUntilMs : failsUntilMs;
      return holds;
    },
  };
}

function folding({ ignoreCase }: { readonly ignoreCase?: boolean }): (text: string) => string {
  return ignoreCase === true ? foldCase : (text) => text;
}

function scalarTest(test: ValueTest, zone: Zone): ScalarTest {
  if ('eq' in test) return equalTo(test.eq as Scalar, folding(test));
  if ('ne' in test) {
    const equal = equalTo(test.ne as Scalar, folding(test));
    return (value) => !equal(value);
  }
  if ('oneOf' in test) {
    const tests = test.oneOf.map((one) => equalTo(one, folding(test)));
    return (value) => tests.some((equal) => equal(value));
  }
  if ('before' in test || 'after' in test) return absoluteDateTest(test, zone);
  return textTest(test) ?? orderTest(test);
}

function equalTo(wanted: Scalar, fold: (text: string) => string): ScalarTest {
  if (isJsonNumber(wanted)) return (value) => isJsonNumber(value) && compareNumbers(value, wanted) === 0;
  if (typeof wanted !== 'string') return (value) => value === wanted;
  const folded = fold(wanted);
  return (value) => typeof value === 'string' && fold(value) === folded;
}

function orderTest(test: ValueTest): ScalarTest {
  const numeric = (passes: (number: JsonNumber) => boolean): ScalarTest => {
    return (value) => isJsonNumber(value) && passes(value);
  };
  if ('gt' in test) return numeric((number) => compareNumbers(number, test.gt as JsonNumber) > 0);
  if ('gte' in test) return numeric((number) => compareNumbers(number, test.gte as JsonNumber) >= 0);
  if ('lt' in test) return numeric((number) => compareNumbers(number, test.lt as JsonNumber) < 0);
  if ('lte' in test) return numeric((number) => compareNumbers(number, test.lte as JsonNumber) <= 0);
  if (!('between' in test)) throw new RangeError('no known operator');
  const [from, to] = test.between as readonly [JsonNumber, JsonNumber];
  return numeric((number) => compareNumbers(number, from) >= 0 && compareNumbers(number, to) <= 0);
}

function textTest(test: ValueTest): ScalarTest | null {
  if ('matches' in test) {
    const flags = RE2JS.DOTALL | (test.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0);
    const pattern = RE2JS.compile(test.matches, flags);
    return (value) => typeof value === 'string' && pattern.matcher(value).find();
  }
  const fold = 'contains' in test || 'startsWith' in test || 'endsWith' in test ? folding(test) : null;
  if (fold === null) return null;
  const textual = (passes: (text: string) => boolean): ScalarTest => {
    return (value) => typeof value === 'string' && passes(fold(value));
  };
  if ('contains' in test) {
    const wanted = fold(test.contains);
    return textual((text) => text.includes(wanted));
  }
  if ('startsWith' in test) {
    const wanted = fold(test.startsWith);
    return textual((text) => text.startsWith(wanted));
  }
  const wanted = fold((test as { readonly endsWith: string }).endsWith);
  return textual((text) => text.endsWith(wanted));
}

function absoluteDateTest(test: { readonly before: string } | { readonly after: string }, zone: Zone): ScalarTest {
  const limit = readDate('before' in test ? test.before : test.after);
  if (limit === null) throw new RangeError('no date');
  const { startMs, endMs } = rangeOf(limit, zone);
  const isBefore = 'before' in test;
  return (value) => {
    const date = dateOf(value);
    if (date === null) return false;
    const range = rangeOf(date, zone);
    return isBefore ? range.endMs <= startMs : range.startMs >= endMs;
  };
}

function pairTest(test: ValueTest): PairTest {
  const fold = 'eq' in test || 'ne' in test ? folding(test) : null;
  if (fold !== null) {
    const equal: PairTest = (value, other) => {
      if (isJsonNumber(value)) return isJsonNumber(other) && compareNumbers(value, other) === 0;
      if (typeof value === 'string') return typeof other === 'string' && fold(value) === fold(other);
      return typeof value === 'boolean' && value === other;
    };
    return 'eq' in test ? equal : (value, other) => !equal(value, other);
  }
  const holds = orderTestOf(test);
  return (value, other) => isJsonNumber(value) && isJsonNumber(other) && holds(compareNumbers(value, other));
}

/** For `gt`, `gte`, `lt` and `lte`: whether a number passes that compares so with the other one. */
export function orderTestOf(test: ValueTest): (order: -1 | 0 | 1) => boolean {
  if ('gt' in test) return (order) => order > 0;
  if ('gte' in test) return (order) => order >= 0;
  return 'lt' in test ? (order) => order < 0 : (order) => order <= 0;
}

/** A text that is a JSON number as that number; other values as they are. */
export function numberIfText(value: unknown): unknown {
  return typeof value === 'string' ? (readNumber(value) ?? value) : value;
}
