import { ExactNumber, isJsonNumber, type JsonNumber, readNumber } from '@hilo/exact-json';
import { RE2JS } from 're2js';
import { readPath } from '../../document/path.ts';
import type { Operand, Scalar, ValueTest } from '../condition.ts';
import { compareExactly, textOfNumber } from './decimal.ts';
import { TimesOracle } from './oracle-times.ts';

/** What the paths of a test's operands begin at; `properties` is undefined where there is no event. */
export interface Surroundings {
  readonly properties: unknown;
  readonly traits: unknown;
}

/** How a test reads values: as they are, or texts of numbers as numbers. */
export type ReadAs = 'number' | undefined;

type Ordering = Extract<ValueTest, { gt: unknown } | { gte: unknown } | { lt: unknown } | { lte: unknown }>;

/** Answers questions about values in documents. */
export class ValuesOracle extends TimesOracle {
  /** All values at a path. A list stands for each of its elements; null is no value. */
  reached(document: unknown, path: string): readonly unknown[] {
    const names = readPath(path);
    if (names === null) throw new RangeError(`${path} is no path`);
    return this.follow(document, names);
  }

  follow(value: unknown, names: readonly string[]): readonly unknown[] {
    if (Array.isArray(value)) return value.flatMap((element: unknown) => this.follow(element, names));
    const [name, ...rest] = names;
    if (name === undefined) return this.isMissing(value) ? [] : [value];
    if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return [];
    return Object.hasOwn(value, name) ? this.follow((value as Record<string, unknown>)[name], rest) : [];
  }

  isMissing(value: unknown): boolean {
    return value === null || value === undefined;
  }

  /** Whether the values at a path pass a test: any one of them is enough. */
  passes(document: unknown, path: string, test: ValueTest, as: ReadAs, around: Surroundings): boolean {
    const values = this.reached(document, path);
    if ('exists' in test) return this.exists(values) === test.exists;
    return values.some((value) => this.valuePasses(this.readAs(value, as), test, as, around));
  }

  exists(values: readonly unknown[]): boolean {
    return values.length > 0;
  }

  readAs(value: unknown, as: ReadAs): unknown {
    return as === 'number' && typeof value === 'string' ? (readNumber(value) ?? value) : value;
  }

  valuePasses(value: unknown, test: ValueTest, as: ReadAs, around: Surroundings): boolean {
    const folds = 'ignoreCase' in test && test.ignoreCase === true;
    if ('eq' in test) return this.others(test.eq, as, around).some((other) => this.areEqual(value, other, folds));
    if ('ne' in test) return this.others(test.ne, as, around).some((other) => !this.areEqual(value, other, folds));
    if ('oneOf' in test) return test.oneOf.some((other) => this.areEqual(value, other, folds));
    if ('between' in test) {
      const [from, to] = test.between as readonly [JsonNumber, JsonNumber];
      return isJsonNumber(value) && this.compare(value, from) >= 0 && this.compare(value, to) <= 0;
    }
    if ('gt' in test || 'gte' in test || 'lt' in test || 'lte' in test) return this.isOrdered(value, test, as, around);
    return typeof value === 'string' && this.textPasses(value, test);
  }

  /** The values that a test compares with: the one that it names, or those that stand at the operand's path. */
  others(named: Scalar | Operand, as: ReadAs, around: Surroundings): readonly unknown[] {
    if (typeof named !== 'object' || named instanceof ExactNumber) return [named];
    const values =
      'trait' in named
        ? this.reached(around.traits, named.trait)
        : this.reached(around.properties, (named as { readonly property: string }).property);
    return values.map((value) => this.readAs(value, as));
  }

  /** Values of different kinds are never equal, and neither are objects. */
  areEqual(value: unknown, other: unknown, folds: boolean): boolean {
    if (isJsonNumber(value) && isJsonNumber(other)) return this.compare(value, other) === 0;
    if (typeof value === 'string' && typeof other === 'string') {
      return folds ? this.fold(value) === this.fold(other) : value === other;
    }
    return typeof value === 'boolean' && value === other;
  }

  compare(first: JsonNumber, second: JsonNumber): number {
    return compareExactly(first, second);
  }

  isOrdered(value: unknown, test: Ordering, as: ReadAs, around: Surroundings): boolean {
    const named = 'gt' in test ? test.gt : 'gte' in test ? test.gte : 'lt' in test ? test.lt : test.lte;
    return this.others(named, as, around).some((other) => {
      if (!isJsonNumber(value) || !isJsonNumber(other)) return false;
      const order = this.compare(value, other);
      if ('gt' in test) return order > 0;
      if ('gte' in test) return order >= 0;
      return 'lt' in test ? order < 0 : order <= 0;
    });
  }

  textPasses(value: string, test: ValueTest): boolean {
    const folds = 'ignoreCase' in test && test.ignoreCase === true;
    const folded = (text: string) => (folds ? this.fold(text) : text);
    if ('contains' in test) return folded(value).includes(folded(test.contains));
    if ('startsWith' in test) return folded(value).startsWith(folded(test.startsWith));
    if ('endsWith' in test) return folded(value).endsWith(folded(test.endsWith));
    if ('matches' in test) return this.matches(value, test.matches, folds);
    return this.datePasses(value, test);
  }

  /** Lower case, code point by code point. */
  fold(text: string): string {
    return Array.from(text, (character) => character.toLowerCase()).join('');
  }

  /** Whether an expression of RE2 is found anywhere; `.` matches line breaks. */
  matches(value: string, pattern: string, folds: boolean): boolean {
    const flags = RE2JS.DOTALL + (folds ? RE2JS.CASE_INSENSITIVE : 0);
    return RE2JS.compile(pattern, flags).matcher(value).find();
  }

  datePasses(text: string, test: ValueTest): boolean {
    const date = this.readDate(text);
    if (date === null) return false;
    if ('before' in test) return this.isBefore(date, this.dateOf(test.before));
    if ('after' in test) return this.isAfter(date, this.dateOf(test.after));
    if ('withinLast' in test) return this.isWithinLast(date, test.withinLast);
    if ('withinNext' in test) return this.isWithinNext(date, test.withinNext);
    if (!('anniversary' in test)) throw new RangeError(`${JSON.stringify(test)} is no test`);
    const { anniversary } = test;
    if (typeof anniversary === 'string') return this.anniversaries(date, '1d').some((day) => this.isNow(day));
    if ('withinNext' in anniversary) {
      const { withinNext } = anniversary;
      return this.anniversaries(date, withinNext).some((day) => this.isWithinNext(day, withinNext));
    }
    const { withinLast } = anniversary;
    return this.anniversaries(date, withinLast).some((day) => this.isWithinLast(day, withinLast));
  }

  /** A text for each scalar among values: equal scalars of one kind have the same one. Objects have none. */
  scalarsOf(values: readonly unknown[]): readonly string[] {
    return values.flatMap((value) => {
      if (isJsonNumber(value)) return [`number ${textOfNumber(value)}`];
      return typeof value === 'string' || typeof value === 'boolean' ? [`${typeof value} ${value}`] : [];
    });
  }
}
