import { isJsonNumber, type JsonNumber } from '@hilo/exact-json';
import type { Zone } from '../../time/zone.ts';
import type {
  AggregateCondition,
  Condition,
  DidCondition,
  EventSelector,
  EventTest,
  NumberTest,
  PropertyTest,
} from '../condition.ts';
import { LIMITS } from '../limits.ts';
import type { ProfileEvent, ProfileFacts } from '../model.ts';
import { unitsOf } from './decimal.ts';
import { ValuesOracle } from './oracle-values.ts';

/** A condition on a profile at a moment. */
export interface Question {
  readonly condition: Condition;
  readonly facts: ProfileFacts;
  /** All events of the profile that are known, in any order. */
  readonly events: readonly ProfileEvent[];
  readonly momentMs: number;
  readonly zone: Zone;
  /** The conditions of other segments by their keys, for `in`. */
  readonly segments: ReadonlyMap<string, Condition>;
  /** How many of its newest events a series keeps; absent: as many as in production. */
  readonly eventsKept?: number;
}

type Times = { readonly after?: string; readonly before?: string };

const UNIT = 10n ** 18n;

function isSettled({ is }: PropertyTest): boolean {
  if ('withinLast' in is || 'withinNext' in is || 'anniversary' in is) return false;
  return Object.values(is as object).every(
    (value) => (value as { readonly trait?: string } | null)?.trait === undefined,
  );
}

/** Answers questions about the events of a profile and about numbers made from them. */
export class EventsOracle extends ValuesOracle {
  readonly question: Question;

  constructor(question: Question) {
    super(question.zone, question.momentMs);
    this.question = question;
  }

  get traits(): unknown {
    return this.question.facts.traits.exact;
  }

  /**
   * All events that a selector means and that pass the tests, in the order of events. If a trait or the moment decides a test, the
   * events are among those that a series keeps: the newest that pass whatever the event alone decides.
   */
  passing(selector: EventSelector, where: readonly EventTest[] = [], times: Times = {}): readonly ProfileEvent[] {
    const settled = where.map((test) => this.settledPart(test)).filter((test) => test !== null);
    const events = this.question.events
      .filter((event) => this.isMeant(event, selector))
      .filter((event) => this.isBetween(event.timestampMs, times.after, times.before))
      .filter((event) => settled.every((test) => this.eventPasses(event, test)))
      .toSorted((a, b) => this.order(a, b));
    if (settled.length === where.length && settled.every((test, index) => test === where[index])) return events;
    return this.kept(events).filter((event) => where.every((test) => this.eventPasses(event, test)));
  }

  /** What the event alone decides of a test: the same object if it is all of it; null: nothing. */
  settledPart(test: EventTest): EventTest | null {
    if ('property' in test) return isSettled(test) ? test : null;
    const where = test.where.filter(isSettled);
    if (where.length === test.where.length) return test;
    return where.length === 0 ? null : { ...test, where };
  }

  order(a: ProfileEvent, b: ProfileEvent): number {
    return a.timestampMs - b.timestampMs || this.orderOfTies(a, b);
  }

  orderOfTies(a: ProfileEvent, b: ProfileEvent): number {
    return (
      a.receivedAtMs - b.receivedAtMs ||
      a.position - b.position ||
      Buffer.compare(Buffer.from(a.source), Buffer.from(b.source)) ||
      Buffer.compare(Buffer.from(a.messageId), Buffer.from(b.messageId))
    );
  }

  newest(events: readonly ProfileEvent[]): ProfileEvent | undefined {
    return events.at(-1);
  }

  isMeant(event: ProfileEvent, selector: EventSelector): boolean {
    if (typeof selector === 'string') return event.type === 'track' && event.event === selector;
    if ('startsWith' in selector)
      return event.type === 'track' && event.event?.startsWith(selector.startsWith) === true;
    if ('any' in selector) return event.type === 'track' || event.type === 'page' || event.type === 'screen';
    return event.type === selector.type && (selector.name === undefined || event.name === selector.name);
  }

  eventPasses(event: ProfileEvent, test: EventTest): boolean {
    const properties = event.properties.exact;
    if ('property' in test) {
      return this.passes(properties, test.property, test.is, test.as, { properties, traits: this.traits });
    }
    return this.reached(properties, test.element).some((element) =>
      test.where.every(({ property, is, as }) =>
        this.passes(element, property, is, as, { properties: element, traits: this.traits }),
      ),
    );
  }

  /** The newest events of a series: all that a window, a sequence or a period sees. */
  kept(events: readonly ProfileEvent[]): readonly ProfileEvent[] {
    return events.slice(-this.eventsKept);
  }

  get eventsKept(): number {
    return this.question.eventsKept ?? LIMITS.eventsKept;
  }

  /** The events that count for a count or aggregate. Without a window, running values count all of them. */
  counted(
    selector: EventSelector,
    condition: DidCondition | AggregateCondition,
    isBounded: boolean,
  ): readonly ProfileEvent[] {
    const events = this.passing(selector, condition.where, condition);
    return (isBounded ? this.kept(events) : events).filter((event) =>
      this.isInWindow(event.timestampMs, condition.within),
    );
  }

  countPasses(count: number, test: NumberTest = { gte: 1 }): boolean {
    return this.numberPasses(test, (bound) => BigInt(count) * UNIT - this.units(bound));
  }

  /** The numbers at a path of events, in units of 10⁻¹⁸; those with more digits are left out. */
  numbers(events: readonly ProfileEvent[], path: string): readonly bigint[] {
    return events
      .flatMap((event) => this.reached(event.properties.exact, path))
      .filter((value) => isJsonNumber(value))
      .map((value) => unitsOf(value))
      .filter((units) => units !== null);
  }

  units(bound: JsonNumber): bigint {
    const units = unitsOf(bound);
    if (units === null) throw new RangeError(`${String(bound)} has too many digits`);
    return units;
  }

  different(keys: readonly string[]): number {
    return new Set(keys).size;
  }

  total(numbers: readonly bigint[]): bigint {
    return numbers.reduce((sum, number) => sum + number, 0n);
  }

  sumPasses(numbers: readonly bigint[], test: NumberTest): boolean {
    return this.numberPasses(test, (bound) => this.total(numbers) - this.units(bound));
  }

  avgPasses(numbers: readonly bigint[], test: NumberTest): boolean {
    if (numbers.length === 0) return false;
    return this.numberPasses(test, (bound) => this.total(numbers) - this.units(bound) * BigInt(numbers.length));
  }

  extremePasses(extreme: bigint | undefined, test: NumberTest): boolean {
    return extreme !== undefined && this.numberPasses(test, (bound) => extreme - this.units(bound));
  }

  /** `minus` is the number minus the bound, or something of the same sign. */
  numberPasses(test: NumberTest, minus: (bound: JsonNumber) => bigint): boolean {
    if ('eq' in test) return minus(test.eq) === 0n;
    if ('ne' in test) return minus(test.ne) !== 0n;
    if ('gt' in test) return minus(test.gt) > 0n;
    if ('gte' in test) return minus(test.gte) >= 0n;
    if ('lt' in test) return minus(test.lt) < 0n;
    if ('lte' in test) return minus(test.lte) <= 0n;
    const [from, to] = test.between as readonly [JsonNumber, JsonNumber];
    return minus(from) >= 0n && minus(to) <= 0n;
  }
}
