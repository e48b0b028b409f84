import type { JsonNumber } from '@hilo/exact-json';
import { ExactNumber } from '@hilo/exact-json';
import type { EventTest, Operand, PropertyTest, Scalar, ValueTest } from '../condition.ts';
import {
  type Cell,
  type CellSource,
  cellOf,
  ColumnSource,
  type DocumentColumns,
  ElementSource,
  isReached,
} from './cells.ts';
import { DATE_OPERATORS } from '../limits.ts';
import { dateTest } from './date-tests.ts';
import type { Cuts } from './cuts.ts';
import type { DateTest } from './date-sets.ts';
import {
  compareKeys,
  type Comparison,
  constantKey,
  isNumber,
  JSON_NUMERAL,
  numeralKey,
  plainDigits,
} from './numerals.ts';
import type { Parameters } from './parameters.ts';

/** How a test reads values: as they are, or texts of numbers as numbers. */
export type ReadAs = 'number' | undefined;

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const satisfies Record<string, Comparison>;
type Ordering = keyof typeof COMPARISONS;

/** Writes tests of values as expressions that are true or false, and never NULL. */
export class ValueTests {
  readonly #parameters: Parameters;
  readonly #cuts: Cuts;

  constructor(parameters: Parameters, cuts: Cuts) {
    this.#parameters = parameters;
    this.#cuts = cuts;
  }

  /** A test of the values at a path. `traits`: the profile's traits, for operands. */
  document(columns: DocumentColumns, path: string, is: ValueTest, as: ReadAs, traits: CellSource): string {
    const source = new ColumnSource(columns, this.#parameters);
    const reached = () => `(${source.anyCell(path, isReached)} OR ${source.hasObject(path)})`;
    if ('exists' in is) return is.exists ? reached() : `(NOT ${reached()})`;
    const operand = operandOf(is);
    if (operand === null) {
      const any = this.#anyValue(source, path, is, as);
      return 'ne' in is ? `(${any} OR ${source.hasObject(path)})` : any;
    }
    const [other, otherPath] = 'trait' in operand ? [traits, operand.trait] : [source, operand.property];
    const others = other.cells(otherPath);
    const pairs = `arrayExists(a -> arrayExists(b -> ${this.#pair('a', 'b', is, as)}, ${others}), ${source.cells(path)})`;
    if (!('ne' in is)) return pairs;
    const otherReached = `arrayExists(b -> ${isReached(cellOf('b'))}, ${others})`;
    return `(${pairs} OR (${source.hasObject(path)} AND (${otherReached} OR ${other.hasObject(otherPath)}))
      OR (${source.anyCell(path, isReached)} AND ${other.hasObject(otherPath)}))`;
  }

  /** A test of an event. */
  event(columns: DocumentColumns, test: EventTest, traits: CellSource): string {
    if ('property' in test) return this.document(columns, test.property, test.is, test.as, traits);
    const elements = new ElementSource(columns, test.element, this.#parameters);
    const ids = test.where.map((one) => this.#elementIds(elements, one, traits));
    return ids.length === 1 ? `notEmpty(${ids[0]})` : `notEmpty(arrayIntersect(${ids.join(', ')}))`;
  }

  /** The ids of elements that pass a test. */
  #elementIds(elements: ElementSource, { property, is, as }: PropertyTest, traits: CellSource): string {
    const cells = elements.cells(property);
    const where = (test: string) => `arrayMap(a -> a.4, arrayFilter(a -> ${test}, ${cells}))`;
    const reached = () => `arrayConcat(${where(isReached(cellOf('a')))}, ${elements.objectIds(property)})`;
    if ('exists' in is) {
      return is.exists ? reached() : `arrayFilter(e -> NOT has(${reached()}, e), ${elements.ids()})`;
    }
    const operand = operandOf(is);
    if (operand === null) {
      const passing = where(this.#scalar(cellOf('a'), is, as));
      return 'ne' in is ? `arrayConcat(${passing}, ${elements.objectIds(property)})` : passing;
    }
    if ('trait' in operand) {
      const others = traits.cells(operand.trait);
      const passing = where(`arrayExists(b -> ${this.#pair('a', 'b', is, as)}, ${others})`);
      if (!('ne' in is)) return passing;
      const hasObject = traits.hasObject(operand.trait);
      const hasAny = `(arrayExists(b -> ${isReached(cellOf('b'))}, ${others}) OR ${hasObject})`;
      return `arrayConcat(${passing}, if(${hasAny}, ${elements.objectIds(property)}, []),
        if(${hasObject}, ${where(isReached(cellOf('a')))}, []))`;
    }
    const others = elements.cells(operand.property);
    const passing = where(`arrayExists(b -> a.4 = b.4 AND ${this.#pair('a', 'b', is, as)}, ${others})`);
    if (!('ne' in is)) return passing;
    const otherObjects = elements.objectIds(operand.property);
    const otherReached = `arrayMap(b -> b.4, arrayFilter(b -> ${isReached(cellOf('b'))}, ${others}))`;
    return `arrayConcat(${passing}, arrayIntersect(${elements.objectIds(property)}, arrayConcat(${otherReached}, ${otherObjects})),
      arrayIntersect(${where(isReached(cellOf('a')))}, ${otherObjects}))`;
  }

  /** Whether any value at a path passes. ClickHouse takes longer to plan a long test twice than to build a list, so only short ones are. */
  #anyValue(source: ColumnSource, path: string, is: ValueTest, as: ReadAs): string {
    const bounds = boundsOf(is);
    const isShort = bounds === null && as === undefined && !isDateTest(is);
    if (isShort) return source.anyCell(path, (cell) => this.#scalar(cell, is, as));
    const all = `arrayExists(x -> ${this.#scalar(cellOf('x'), is, as)}, ${source.cells(path)})`;
    if (bounds === null || as !== undefined) return all;
    const plain = bounds.map(({ comparison, bound }) => [comparison, plainDigits(bound)] as const);
    if (plain.some(([, digits]) => digits === null)) return all;
    const usual = source.anyCell(path, ({ type, number }) => {
      const tests = plain.map(
        ([comparison, digits]) => `${number} ${comparison} ${this.#parameters.number(digits ?? '')}`,
      );
      return `(${type} = 'number' AND ifNull(${tests.join(' AND ')}, 0))`;
    });
    const isLong = source.anyCell(path, ({ type, number }) => `(${type} = 'number' AND isNull(${number}))`);
    return `(${usual} OR if(${isLong}, ${all}, 0))`;
  }

  #scalar(cell: Cell, is: ValueTest, as: ReadAs): string {
    if ('eq' in is) return this.#equals(cell, is.eq as Scalar, as, folds(is));
    if ('ne' in is) return `(${isReached(cell)} AND NOT ${this.#equals(cell, is.ne as Scalar, as, folds(is))})`;
    if ('oneOf' in is) return this.#oneOf(cell, is.oneOf, as, folds(is));
    if ('between' in is) {
      const [from, to] = is.between as readonly [JsonNumber, JsonNumber];
      return `(${this.#ordered(cell, '>=', from, as)} AND ${this.#ordered(cell, '<=', to, as)})`;
    }
    const ordering = orderingOf(is);
    if (ordering !== null) return this.#ordered(cell, COMPARISONS[ordering.operator], ordering.with as JsonNumber, as);
    return `(${this.#isText(cell, as)} AND ${this.#text(cell.text, is)})`;
  }

  #equals(cell: Cell, wanted: Scalar, as: ReadAs, ignoresCase: boolean): string {
    if (isNumber(wanted)) return this.#ordered(cell, '=', wanted, as);
    if (typeof wanted === 'boolean') return `(${cell.type} = 'boolean' AND ${cell.text} = '${wanted}')`;
    const [text, other] = [cell.text, this.#parameters.text(wanted)];
    const equals = ignoresCase ? `${folded(text)} = ${folded(other)}` : `${text} = ${other}`;
    return `(${this.#isText(cell, as)} AND ${equals})`;
  }

  #oneOf(cell: Cell, wanted: readonly Scalar[], as: ReadAs, ignoresCase: boolean): string {
    const texts = wanted.filter((one) => typeof one === 'string');
    const others = wanted.filter((one) => typeof one !== 'string').map((one) => this.#equals(cell, one, as, false));
    if (texts.length === 0) return `(${others.join(' OR ')})`;
    const list = this.#parameters.texts(texts);
    const found = ignoresCase
      ? `has(arrayMap(t -> ${folded('t')}, ${list}), ${folded(cell.text)})`
      : `has(${list}, ${cell.text})`;
    return `(${[`(${this.#isText(cell, as)} AND ${found})`, ...others].join(' OR ')})`;
  }

  #ordered(cell: Cell, comparison: Comparison, bound: JsonNumber, as: ReadAs): string {
    const plain = plainDigits(bound);
    const long = `arrayExists((v, w) -> ${compareKeys(comparison, 'v', 'w')}, [${numeralKey(cell.text, this.#parameters)}], [${constantKey(bound, this.#parameters)}])`;
    if (plain === null) return `(${this.#isNumber(cell, as)} AND ${long})`;
    const number = `${cell.number} ${comparison} ${this.#parameters.number(plain)}`;
    // A number that its column does not hold differs from one that it does.
    if (comparison === '=' && as === undefined) return `(${cell.type} = 'number' AND ifNull(${number}, 0))`;
    return `(${this.#isNumber(cell, as)} AND if(isNull(${cell.number}), ${long}, ifNull(${number}, 0)))`;
  }

  /** A test of two values, in the variables of two lambdas. */
  #pair(a: string, b: string, is: ValueTest, as: ReadAs): string {
    const [one, other] = [cellOf(a), cellOf(b)];
    const ordering = orderingOf(is);
    if (ordering !== null) return this.#bothOrdered(one, other, COMPARISONS[ordering.operator], as);
    const text = (cell: Cell) => (folds(is) ? folded(cell.text) : cell.text);
    const equal = `((${this.#isText(one, as)} AND ${this.#isText(other, as)} AND ${text(one)} = ${text(other)})
      OR (${one.type} = 'boolean' AND ${other.type} = 'boolean' AND ${one.text} = ${other.text})
      OR ${this.#bothOrdered(one, other, '=', as)})`;
    return 'ne' in is ? `(${isReached(one)} AND ${isReached(other)} AND NOT ${equal})` : equal;
  }

  #bothOrdered(one: Cell, other: Cell, comparison: Comparison, as: ReadAs): string {
    const [a, b] = [numeralKey(one.text, this.#parameters), numeralKey(other.text, this.#parameters)];
    return `(${this.#isNumber(one, as)} AND ${this.#isNumber(other, as)} AND if(isNull(${one.number}) OR isNull(${other.number}),
      arrayExists((v, w) -> ${compareKeys(comparison, 'v', 'w')}, [${a}], [${b}]), ifNull(${one.number} ${comparison} ${other.number}, 0)))`;
  }

  #isNumber({ type, text }: Cell, as: ReadAs): string {
    if (as === undefined) return `${type} = 'number'`;
    return `(${type} = 'number' OR (${type} = 'text' AND ${this.#isNumeral(text)}))`;
  }

  #isText({ type, text }: Cell, as: ReadAs): string {
    return as === undefined ? `${type} = 'text'` : `(${type} = 'text' AND NOT ${this.#isNumeral(text)})`;
  }

  #isNumeral(text: string): string {
    return `match(${text}, ${this.#parameters.text(JSON_NUMERAL)})`;
  }

  #text(text: string, is: ValueTest): string {
    const fold = (one: string) => (folds(is) ? folded(one) : one);
    if ('contains' in is) return `position(${fold(text)}, ${fold(this.#parameters.text(is.contains))}) > 0`;
    if ('startsWith' in is) return `startsWith(${fold(text)}, ${fold(this.#parameters.text(is.startsWith))})`;
    if ('endsWith' in is) return `endsWith(${fold(text)}, ${fold(this.#parameters.text(is.endsWith))})`;
    if ('matches' in is) {
      return `match(${text}, ${this.#parameters.text(`${folds(is) ? '(?is)' : '(?s)'}${is.matches}`)})`;
    }
    return dateTest(text, is as DateTest, this.#cuts, this.#parameters);
  }
}

/** What a test of order compares a number with; null for any other test. */
function boundsOf(is: ValueTest): readonly { readonly comparison: Comparison; readonly bound: JsonNumber }[] | null {
  if ('between' in is) {
    const [from, to] = is.between as readonly [JsonNumber, JsonNumber];
    return [
      { comparison: '>=', bound: from },
      { comparison: '<=', bound: to },
    ];
  }
  const ordering = orderingOf(is);
  return ordering === null
    ? null
    : [{ comparison: COMPARISONS[ordering.operator], bound: ordering.with as JsonNumber }];
}

function isDateTest(is: ValueTest): is is DateTest {
  return DATE_OPERATORS.some((operator) => operator in is);
}

function folds(is: ValueTest): boolean {
  return 'ignoreCase' in is && is.ignoreCase === true;
}

/**
 * A text in lower case, each character for itself. ClickHouse writes a capital sigma at the end of a word as ς, and nothing else by
 * what stands around it.
 */
export function folded(text: string): string {
  return `lowerUTF8(replaceAll(${text}, 'Σ', 'σ'))`;
}

function orderingOf(is: ValueTest): { readonly operator: Ordering; readonly with: JsonNumber | Operand } | null {
  if ('gt' in is) return { operator: 'gt', with: is.gt };
  if ('gte' in is) return { operator: 'gte', with: is.gte };
  if ('lt' in is) return { operator: 'lt', with: is.lt };
  return 'lte' in is ? { operator: 'lte', with: is.lte } : null;
}

/** The other path that a test compares with; null if it compares with a value. */
export function operandOf(is: ValueTest): Operand | null {
  const value = 'eq' in is ? is.eq : 'ne' in is ? is.ne : orderingOf(is)?.with;
  return typeof value === 'object' && !(value instanceof ExactNumber) ? value : null;
}
