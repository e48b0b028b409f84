import type { JsonNumber } from '@hilo/exact-json';
import type {
  AggregateCondition,
  CountTest,
  DidCondition,
  FirstCondition,
  LastCondition,
  NumberTest,
  RegularCondition,
} from '../condition.ts';
import { openPart } from '../where-parts.ts';
import { cellOf, ColumnSource, type DocumentColumns, isReached } from './cells.ts';
import type { CalendarPeriod } from '../../time/calendar.ts';
import type { Span } from './cuts.ts';
import type { EventsArm, Series, Workshop } from './events-arm.ts';
import { numeralKey, plainDigits } from './numerals.ts';
import { columnsOf } from './selectors.ts';

/** A condition as an expression over a profile's aggregates, and what it is for a profile without any row. */
export interface Atom {
  readonly expression: string;
  readonly absent: boolean;
}

const ONCE: CountTest = { gte: 1 };
const EVER: Span = { fromMs: null, toMs: null };
const PERIODS: Readonly<Record<string, CalendarPeriod>> = { '1d': 'day', '1w': 'week', '1mo': 'month', '1y': 'year' };

/** Writes conditions on events into an arm. */
export class Aggregates {
  readonly #arm: EventsArm;
  readonly #workshop: Workshop;

  constructor(arm: EventsArm, workshop: Workshop) {
    this.#arm = arm;
    this.#workshop = workshop;
  }

  did({ did, where, count = ONCE, within, after, before }: DidCondition): Atom {
    const { cuts } = this.#workshop;
    const span = within === undefined ? EVER : cuts.span(within);
    const series: Series = { selector: did, where, after, before };
    const isOpen = openPart(where).length > 0;
    const flag = isOpen ? this.#arm.keptFlag(series, span.fromMs) : this.#arm.flag(series, span.fromMs);
    const inside = this.#arm.aggregate(`countIf(${this.#inSpan(flag, span)})`);
    const counted = within === undefined || isOpen ? inside : this.#kept(inside, flag, span);
    return { expression: this.#countTest(counted, count), absent: countHolds(count, 0) };
  }

  aggregate(condition: AggregateCondition): Atom {
    const { cuts } = this.#workshop;
    const { of, where, within, after, before, is } = condition;
    const span = within === undefined ? EVER : cuts.span(within);
    const series: Series = { selector: of, where, after, before };
    const isBounded = within !== undefined || 'distinct' in condition || openPart(where).length > 0;
    const plain = this.#arm.flag(series, span.fromMs);
    const flag = this.#inSpan(isBounded ? this.#arm.keptFlag(series, span.fromMs) : plain, span);
    const columns = columnsOf(of);
    if ('distinct' in condition) {
      const scalars = this.#value(plain, scalarsAt(columns, condition.distinct, this.#workshop), '[]');
      const different = this.#arm.aggregate(`uniqExactArrayIf(${scalars}, ${flag})`);
      return { expression: this.#numberTest(`toDecimal256(${different}, 18)`, is), absent: numberHolds(is) };
    }
    const path =
      'sum' in condition
        ? condition.sum
        : 'avg' in condition
          ? condition.avg
          : 'min' in condition
            ? condition.min
            : condition.max;
    const numbers = this.#numbers(columns, path);
    if ('sum' in condition) {
      const sum = this.#arm.aggregate(`sumIf(${this.#value(plain, numbers.sum, 'toDecimal256(0, 18)')}, ${flag})`);
      return { expression: this.#numberTest(sum, is), absent: numberHolds(is) };
    }
    const count = this.#arm.aggregate(`sumIf(${this.#value(plain, numbers.count, 'toUInt64(0)')}, ${flag})`);
    if ('avg' in condition) {
      const sum = this.#arm.aggregate(`sumIf(${this.#value(plain, numbers.sum, 'toDecimal256(0, 18)')}, ${flag})`);
      return { expression: `(${count} > 0 AND ${this.#numberTest(sum, is, ` * toInt64(${count})`)})`, absent: false };
    }
    const extreme = 'min' in condition ? 'min' : 'max';
    const list = this.#value(plain, numbers.list, '[]');
    const found = this.#arm.aggregate(`${extreme}ArrayIf(${list}, ${flag})`);
    return { expression: `(${count} > 0 AND ${this.#numberTest(found, is)})`, absent: false };
  }

  /** Names of three aggregates of the events that a sum adds up: the time of the latest, how many there are, and the sum. */
  purchases({ sum, of, where, within, after, before }: Extract<AggregateCondition, { readonly sum: string }>) {
    const span = within === undefined ? EVER : this.#workshop.cuts.span(within);
    const plain = this.#arm.flag({ selector: of, where, after, before }, span.fromMs);
    const flag = this.#inSpan(plain, span);
    const value = this.#value(plain, this.#numbers(columnsOf(of), sum).sum, 'toDecimal256(0, 18)');
    return {
      latest: this.#arm.aggregate(`maxIf(ts, ${flag})`),
      count: this.#arm.aggregate(`countIf(${flag})`),
      sum: this.#arm.aggregate(`sumIf(${value}, ${flag})`),
    };
  }

  oneEvent(condition: FirstCondition | LastCondition): Atom {
    const { cuts, parameters } = this.#workshop;
    const { where, is, property } = condition;
    const [selector, which] =
      'first' in condition ? ([condition.first, 'min'] as const) : ([condition.last, 'max'] as const);
    const plain = this.#arm.flag({ selector, where }, null);
    const flag = openPart(where).length === 0 ? plain : this.#arm.keptFlag({ selector, where }, null);
    if (property === undefined) {
      const isOlder = 'olderThan' in is;
      const length = 'olderThan' in is ? is.olderThan : 'newerThan' in is ? is.newerThan : null;
      if (length === null) throw new RangeError('a condition has a test that no reader takes');
      const count = this.#arm.aggregate(`countIf(${flag})`);
      const found = this.#arm.aggregate(`${which}If(ts, ${flag})`);
      const comparison = `${found} ${isOlder ? '<' : '>='} ${parameters.integer(cuts.cut(length))}`;
      return { expression: `(${count} > 0 AND ${comparison})`, absent: false };
    }
    if ('olderThan' in is || 'newerThan' in is) throw new RangeError('a condition has a test that no reader takes');
    const columns = columnsOf(selector);
    const source = new ColumnSource(columns, parameters);
    const passes = this.#arm.test(columns, { property, is });
    const there = `(${source.anyCell(property, isReached)} OR ${source.hasObject(property)})`;
    const value = this.#value(plain, `toUInt8(${'exists' in is ? `${there} AND ${passes}` : passes})`, '0');
    const found = this.#arm.aggregate(
      `arg${which === 'min' ? 'Min' : 'Max'}If(${value}, ${this.#arm.order()}, ${flag})`,
    );
    return { expression: `(${found} = 1)`, absent: false };
  }

  regular({ regular, where, count = ONCE, periods }: RegularCondition): Atom {
    const { cuts, parameters, eventsKept } = this.#workshop;
    const { every, atLeast, of, calendar } = periods;
    const ago = Array.from({ length: of }, (_, index) => index + 1);
    const begins =
      calendar === true ? [0, ...ago].map((n) => cuts.start(periodOf(every), -n)) : ago.map((n) => cuts.cut(every, n));
    const series: Series = { selector: regular, where };
    const fromMs = begins.at(-1) ?? null;
    const flag = openPart(where).length === 0 ? this.#arm.flag(series, fromMs) : this.#arm.keptFlag(series, fromMs);
    const period = `arrayFirstIndex(b -> ts >= b, ${parameters.integers(begins)})`;
    const counts = this.#arm.aggregate(
      `countResample(1, ${begins.length + 1}, 1)(if(${flag}, toUInt16(${period}), toUInt16(0)))`,
    );
    // Newer events push older ones out of what the series keeps. With the calendar, the first count is of events since the newest period.
    const kept = `least(toInt64(c), greatest(${eventsKept} - toInt64(u) + toInt64(c), 0))`;
    const first = calendar === true ? 2 : 1;
    const passed = `arrayCount((c, u) -> ${this.#countTest(kept, count)}, arraySlice(${counts}, ${first}), arraySlice(arrayCumSum(${counts}), ${first}))`;
    return { expression: `(${passed} >= ${atLeast})`, absent: countHolds(count, 0) };
  }

  /** How many of the events in the span a series keeps, whose newest events may lie after it. */
  #kept(inside: string, flag: string, { toMs }: Span): string {
    const { eventsKept } = this.#workshop;
    if (toMs === null) return `least(${inside}, ${eventsKept})`;
    const later = this.#arm.aggregate(`countIf(${this.#inSpan(flag, { fromMs: toMs, toMs: null })})`);
    return `least(toInt64(${inside}), greatest(${eventsKept} - toInt64(${later}), 0))`;
  }

  #inSpan(flag: string, span: Span): string {
    return `${flag}${inSpan(span, this.#workshop)}`;
  }

  #value(flag: string, expression: string, otherwise: string): string {
    return this.#arm.value(`if(${flag}, ${expression}, ${otherwise})`);
  }

  #countTest(count: string, test: CountTest): string {
    const bound = (value: number) => this.#workshop.parameters.integer(value);
    return compared(count, test, bound, '');
  }

  #numberTest(number: string, test: NumberTest, factor = ''): string {
    return compared(number, test, (bound) => this.#workshop.parameters.wideNumber(aggregateBound(bound)), factor);
  }

  /** The numbers at a path of a row: their sum, how many, and all of them. Those with too many digits count as none. */
  #numbers(columns: DocumentColumns, path: string) {
    const source = new ColumnSource(columns, this.#workshop.parameters);
    const [type, number] = [source.value(path, 'type'), source.value(path, 'number')];
    const lists = `${source.items(path, 'type')}, ${source.items(path, 'number')}`;
    const isOne = `(${type} = 'number' AND isNotNull(${number}))`;
    const isInside = `(t, n) -> t = 'number' AND isNotNull(n)`;
    const zero = 'toDecimal256(0, 18)';
    return {
      sum: `if(${type} = 'number', toDecimal256(ifNull(${number}, 0), 18), ${zero})
        + arraySum((t, n) -> if(t = 'number', toDecimal256(ifNull(n, 0), 18), ${zero}), ${lists})`,
      count: `toUInt64(${isOne}) + toUInt64(arrayCount(${isInside}, ${lists}))`,
      list: `arrayConcat(if(${isOne}, [ifNull(${number}, 0)], []),
        arrayMap(p -> ifNull(p.2, 0), arrayFilter(p -> p.1 = 'number' AND isNotNull(p.2), arrayZip(${lists}))))`,
    };
  }
}

/** Conditions on `ts` for a span, to be appended to a flag. */
export function inSpan({ fromMs, toMs }: Span, { parameters }: Workshop): string {
  const from = fromMs === null ? '' : ` AND ts >= ${parameters.integer(fromMs)}`;
  return `${from}${toMs === null ? '' : ` AND ts < ${parameters.integer(toMs)}`}`;
}

/** A text for each scalar at a path of a row: the same for equal scalars of one kind. */
export function scalarsAt(columns: DocumentColumns, path: string, { parameters }: Workshop): string {
  const { type, text, number } = cellOf('c');
  const scalar = `multiIf(${type} = 'text', concat('t', ${text}), ${type} = 'boolean', concat('b', ${text}),
    isNotNull(${number}), concat('n', toString(ifNull(${number}, 0))), concat('e', toString(${numeralKey(text, parameters)})))`;
  const cells = new ColumnSource(columns, parameters).cells(path);
  return `arrayMap(c -> ${scalar}, arrayFilter(c -> ${type} IN ('text', 'number', 'boolean'), ${cells}))`;
}

function periodOf(every: string): CalendarPeriod {
  const period = PERIODS[every];
  if (period === undefined) throw new RangeError('a condition has a period that no reader takes');
  return period;
}

function aggregateBound(bound: JsonNumber): string {
  const plain = plainDigits(bound);
  if (plain === null) throw new RangeError('a condition has a bound that no reader takes');
  return plain;
}

function compared<Bound>(
  value: string,
  test: { readonly [operator: string]: Bound | readonly Bound[] | undefined } | CountTest | NumberTest,
  bound: (value: Bound) => string,
  factor: string,
): string {
  const operators = { eq: '=', ne: '!=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
  const entry = Object.entries(test)[0] as [string, Bound | readonly [Bound, Bound]];
  const [operator, wanted] = entry;
  if (operator === 'between') {
    const [from, to] = wanted as readonly [Bound, Bound];
    return `(${value} >= ${bound(from)}${factor} AND ${value} <= ${bound(to)}${factor})`;
  }
  return `(${value} ${operators[operator as keyof typeof operators]} ${bound(wanted as Bound)}${factor})`;
}

function countHolds(test: CountTest, count: number): boolean {
  if ('eq' in test) return count === test.eq;
  if ('ne' in test) return count !== test.ne;
  if ('gt' in test) return count > test.gt;
  if ('gte' in test) return count >= test.gte;
  if ('lt' in test) return count < test.lt;
  if ('lte' in test) return count <= test.lte;
  const [from, to] = test.between as readonly [number, number];
  return count >= from && count <= to;
}

/** Whether zero passes. A double has the sign of every number that a bound can be. */
function numberHolds(test: NumberTest): boolean {
  const [[operator, wanted]] = Object.entries(test) as [[string, JsonNumber | readonly JsonNumber[]]];
  const bounds = (Array.isArray(wanted) ? wanted : [wanted]).map(Number);
  return countHolds({ [operator]: Array.isArray(wanted) ? bounds : bounds[0] } as unknown as CountTest, 0);
}
