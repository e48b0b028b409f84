import { isJsonNumber, type JsonNumber } from '@hilo/exact-json';
import { RE2JS } from 're2js';
import { UTC } from '../../time/zone.ts';
import type {
  Condition,
  EventSelector,
  EventTest,
  FirstCondition,
  LastCondition,
  NumberTest,
  SequenceCondition,
  ValueTest,
} from '../condition.ts';
import type { ProfileEvent } from '../model.ts';
import { unitsOf } from './decimal.ts';
import { Oracle } from './oracle.ts';
import type { Question } from './oracle-events.ts';
import { DATE_FAULTS } from './planted-time-faults.ts';
import type { ReadAs, Surroundings } from './oracle-values.ts';

/** An evaluator with one mistake. */
export type FaultyOracle = new (question: Question) => Oracle;

const doubleOf = (units: bigint) => Number(units) / 1e18;

function doublePasses(number: number, test: NumberTest): boolean {
  if ('eq' in test) return number === Number(test.eq);
  if ('ne' in test) return number !== Number(test.ne);
  if ('gt' in test) return number > Number(test.gt);
  if ('gte' in test) return number >= Number(test.gte);
  if ('lt' in test) return number < Number(test.lt);
  if ('lte' in test) return number <= Number(test.lte);
  const [from, to] = test.between as readonly [JsonNumber, JsonNumber];
  return number >= Number(from) && number <= Number(to);
}

class NullIsValue extends Oracle {
  override isMissing(value: unknown): boolean {
    return value === undefined;
  }
}

const VALUE_FAULTS: Readonly<Record<string, FaultyOracle>> = {
  'null is a value': NullIsValue,
  'null exists': class extends Oracle {
    override passes(document: unknown, path: string, test: ValueTest, as: ReadAs, around: Surroundings): boolean {
      if (!('exists' in test)) return super.passes(document, path, test, as, around);
      return new NullIsValue(this.question).reached(document, path).length > 0 === test.exists;
    }
  },
  'ne asks all elements': class extends Oracle {
    override passes(document: unknown, path: string, test: ValueTest, as: ReadAs, around: Surroundings): boolean {
      if (!('ne' in test)) return super.passes(document, path, test, as, around);
      const values = this.reached(document, path);
      return values.length > 0 && values.every((value) => this.valuePasses(this.readAs(value, as), test, as, around));
    }
  },
  'eq asks all elements': class extends Oracle {
    override passes(document: unknown, path: string, test: ValueTest, as: ReadAs, around: Surroundings): boolean {
      if (!('eq' in test)) return super.passes(document, path, test, as, around);
      const values = this.reached(document, path);
      return values.length > 0 && values.every((value) => this.valuePasses(this.readAs(value, as), test, as, around));
    }
  },
  'case is never ignored': class extends Oracle {
    override fold(text: string): string {
      return text;
    }
  },
  'a dot stops at line breaks': class extends Oracle {
    override matches(value: string, pattern: string, folds: boolean): boolean {
      return RE2JS.compile(pattern, folds ? RE2JS.CASE_INSENSITIVE : 0)
        .matcher(value)
        .find();
    }
  },
  'a pattern must match the whole text': class extends Oracle {
    override matches(value: string, pattern: string, folds: boolean): boolean {
      return super.matches(value, `^(?:${pattern})$`, folds);
    }
  },
  'numbers are compared as doubles': class extends Oracle {
    override compare(first: JsonNumber, second: JsonNumber): number {
      return Number(first) - Number(second);
    }
  },
  'texts are never read as numbers': class extends Oracle {
    override readAs(value: unknown): unknown {
      return value;
    }
  },
  'texts are always read as numbers': class extends Oracle {
    override readAs(value: unknown): unknown {
      return super.readAs(value, 'number');
    }
  },
  'tests of an element may pass on several': class extends Oracle {
    override eventPasses(event: ProfileEvent, test: EventTest): boolean {
      if ('property' in test) return super.eventPasses(event, test);
      return test.where.every((one) => super.eventPasses(event, { element: test.element, where: [one] }));
    }
  },
};

const EVENT_FAULTS: Readonly<Record<string, FaultyOracle>> = {
  'ties are in reverse': class extends Oracle {
    override orderOfTies(a: ProfileEvent, b: ProfileEvent): number {
      return -super.orderOfTies(a, b);
    }
  },
  'events are in the order of their arrival': class extends Oracle {
    override order(a: ProfileEvent, b: ProfileEvent): number {
      return a.receivedAtMs - b.receivedAtMs || super.order(a, b);
    }
  },
  'a merge appends events': class extends Oracle {
    override order(): number {
      return 0;
    }
  },
  'one event too many is kept': class extends Oracle {
    override get eventsKept(): number {
      return super.eventsKept + 1;
    }
  },
  'the oldest events are kept': class extends Oracle {
    override kept(events: readonly ProfileEvent[]): readonly ProfileEvent[] {
      return events.slice(0, this.eventsKept);
    }
  },
  'running values are cut': class extends Oracle {
    override counted(...[selector, condition]: Parameters<Oracle['counted']>): readonly ProfileEvent[] {
      return super.counted(selector, condition, true);
    }
  },
  'events in the future wait': class extends Oracle {
    override passing(...given: Parameters<Oracle['passing']>): readonly ProfileEvent[] {
      return super.passing(...given).filter(({ timestampMs }) => timestampMs <= this.momentMs);
    }
  },
  'a repeated event counts once': class extends Oracle {
    override passing(...given: Parameters<Oracle['passing']>): readonly ProfileEvent[] {
      const byId = new Map(super.passing(...given).map((event) => [`${event.source} ${event.messageId}`, event]));
      return [...byId.values()];
    }
  },
  'any call is any at all': class extends Oracle {
    override isMeant(event: ProfileEvent, selector: EventSelector): boolean {
      return (typeof selector === 'object' && 'any' in selector) || super.isMeant(event, selector);
    }
  },
  'a beginning is a whole name': class extends Oracle {
    override isMeant(event: ProfileEvent, selector: EventSelector): boolean {
      const isBeginning = typeof selector === 'object' && 'startsWith' in selector;
      return super.isMeant(event, isBeginning ? selector.startsWith : selector);
    }
  },
  'the first is the first that is kept': class extends Oracle {
    override holds(condition: Condition): boolean {
      if (!('first' in condition)) return super.holds(condition);
      return this.oneEvent(condition, this.kept(this.passing(condition.first, condition.where))[0]);
    }
  },
  'the last of a tie is its first': class extends Oracle {
    override newest(events: readonly ProfileEvent[]): ProfileEvent | undefined {
      return events.find(({ timestampMs }) => timestampMs === events.at(-1)?.timestampMs);
    }
  },
  'an event is looked for that has the property': class extends Oracle {
    override oneEvent(condition: FirstCondition | LastCondition): boolean {
      const isFirst = 'first' in condition;
      const found = this.passing(isFirst ? condition.first : condition.last, condition.where).filter(
        (event) => condition.property === undefined || this.propertyOf(event, condition.property).length > 0,
      );
      return super.oneEvent(condition, isFirst ? found[0] : found.at(-1));
    }
  },
  'a missing property passes exists: false': class extends Oracle {
    override oneEvent(condition: FirstCondition | LastCondition, event: ProfileEvent | undefined): boolean {
      const { is, property } = condition;
      if (event === undefined || property === undefined || !('exists' in is)) return super.oneEvent(condition, event);
      return this.eventPasses(event, { property, is });
    }
  },
};

const NUMBER_FAULTS: Readonly<Record<string, FaultyOracle>> = {
  'sums are doubles': class extends Oracle {
    override sumPasses(numbers: readonly bigint[], test: NumberTest): boolean {
      return doublePasses(
        numbers.reduce((sum, units) => sum + doubleOf(units), 0),
        test,
      );
    }
  },
  'means are doubles': class extends Oracle {
    override avgPasses(numbers: readonly bigint[], test: NumberTest): boolean {
      if (numbers.length === 0) return false;
      return doublePasses(numbers.reduce((sum, units) => sum + doubleOf(units), 0) / numbers.length, test);
    }
  },
  'the sum of none is nothing': class extends Oracle {
    override sumPasses(numbers: readonly bigint[], test: NumberTest): boolean {
      return numbers.length > 0 && super.sumPasses(numbers, test);
    }
  },
  'the mean of none is zero': class extends Oracle {
    override avgPasses(numbers: readonly bigint[], test: NumberTest): boolean {
      return super.avgPasses(numbers.length === 0 ? [0n] : numbers, test);
    }
  },
  'the extreme of none is zero': class extends Oracle {
    override extremePasses(extreme: bigint | undefined, test: NumberTest): boolean {
      return super.extremePasses(extreme ?? 0n, test);
    }
  },
  'numbers with too many digits count': class extends Oracle {
    override numbers(events: readonly ProfileEvent[], path: string): readonly bigint[] {
      return events
        .flatMap((event) => this.reached(event.properties.exact, path))
        .filter((value) => isJsonNumber(value))
        .map((value) => unitsOf(value) ?? BigInt(Math.trunc(Math.min(Number(value), 1e200))) * 10n ** 18n);
    }
  },
  'a text that is a number is no other value': class extends Oracle {
    override scalarsOf(values: readonly unknown[]): readonly string[] {
      return super.scalarsOf(values.map((value) => this.readAs(value, 'number')));
    }
  },
  'between leaves out its end': class extends Oracle {
    override numberPasses(test: NumberTest, minus: (bound: JsonNumber) => bigint): boolean {
      if (!('between' in test)) return super.numberPasses(test, minus);
      return super.numberPasses(test, minus) && minus(test.between[1] as JsonNumber) < 0n;
    }
  },
  'a count of zero passes nothing': class extends Oracle {
    override countPasses(count: number, test?: NumberTest): boolean {
      return count > 0 && super.countPasses(count, test);
    }
  },
};

const SEQUENCE_FAULTS: Readonly<Record<string, FaultyOracle>> = {
  'equal times are in order': class extends Oracle {
    override isLater(timeMs: number, beforeMs: number): boolean {
      return timeMs >= beforeMs;
    }
  },
  'without includes the times of the steps': class extends Oracle {
    override isStrictlyBetween(timeMs: number, fromMs: number, toMs: number): boolean {
      return timeMs >= fromMs && timeMs <= toMs;
    }
  },
  'a step may be a whole length later': class extends Oracle {
    override isNear(beforeMs: number, timeMs: number, length: string): boolean {
      return beforeMs >= timeMs - this.stepMs(length);
    }
  },
  'only neighbours have the same': class extends Oracle {
    override sequence(condition: SequenceCondition): boolean {
      return new NeighboursOnly(this.question, condition.same ?? []).hasChain(condition, () => true);
    }
  },
  'same is ignored': class extends Oracle {
    override sequence({ sequence, within, span }: SequenceCondition): boolean {
      return super.sequence({ sequence, ...(within && { within }), ...(span && { span }) });
    }
  },
  'same is ignored by without': class extends Oracle {
    override absentEvents(absent: Parameters<Oracle['absentEvents']>[0]): readonly ProfileEvent[] {
      return super.absentEvents(absent, () => true);
    }
  },
  'a window asks for the last step only': class extends Oracle {
    override isWhole(condition: SequenceCondition, chain: readonly ProfileEvent[]): boolean {
      const { within, ...rest } = condition;
      return super.isWhole(rest, chain) && this.isInWindow((chain.at(-1) as ProfileEvent).timestampMs, within);
    }
  },
  'the time of none is over a moment late': class extends Oracle {
    override isOver(endMs: number): boolean {
      return this.momentMs > endMs;
    }
  },
};

/** Lets each step have something else in common with the one before it. */
class NeighboursOnly extends Oracle {
  readonly #paths: readonly string[];

  constructor(question: Question, paths: readonly string[]) {
    super(question);
    this.#paths = paths;
  }

  override follows(...[step, before, event, shares]: Parameters<Oracle['follows']>): boolean {
    return this.#haveSame(before, event) && super.follows(step, before, event, shares);
  }

  #haveSame(a: ProfileEvent, b: ProfileEvent): boolean {
    return this.#paths.every((path) => {
      const values = this.scalarsOf(this.propertyOf(a, path));
      return this.scalarsOf(this.propertyOf(b, path)).some((value) => values.includes(value));
    });
  }
}

const FACT_FAULTS: Readonly<Record<string, FaultyOracle>> = {
  'a bucket includes its end': class extends Oracle {
    override isInBucket(bucket: number, from: number, to: number): boolean {
      return bucket > from && bucket <= to;
    }
  },
  'a list holds at its end': class extends Oracle {
    override isOn(endMs: number | null): boolean {
      return endMs === null || this.momentMs <= endMs;
    }
  },
  'a trait has held a moment late': class extends Oracle {
    override hasHeld(length: string, sinceMs: number): boolean {
      return this.leavesAt(length, sinceMs) < this.momentMs;
    }
  },
  'an unknown segment holds': class extends Oracle {
    override segment(key: string): boolean {
      return !this.question.segments.has(key) || super.segment(key);
    }
  },
  'the zone is UTC': class extends Oracle {
    constructor(question: Question) {
      super({ ...question, zone: UTC });
    }
  },
};

/** Mistakes that an evaluator could make, each as an oracle that makes it. The tests' data must find every one. */
export const PLANTED_FAULTS: Readonly<Record<string, FaultyOracle>> = {
  ...VALUE_FAULTS,
  ...EVENT_FAULTS,
  ...NUMBER_FAULTS,
  ...SEQUENCE_FAULTS,
  ...FACT_FAULTS,
  ...DATE_FAULTS,
};
