import { createHash } from 'node:crypto';
import { readPath } from '../../document/path.ts';
import type {
  AggregateCondition,
  Condition,
  DidCondition,
  EventSelector,
  EventTest,
  FirstCondition,
  LastCondition,
  RegularCondition,
  SequenceCondition,
  Step,
} from '../condition.ts';
import type { ProfileEvent } from '../model.ts';
import { EventsOracle, type Question } from './oracle-events.ts';
import type { Period } from './oracle-times.ts';

/**
 * The answer to a question, found the slow and obvious way: everything is looked up from scratch. The evaluators must agree with it.
 * Takes exponential time for long sequences over many events. Throws `RangeError` for a condition that no reader returns, and for
 * `consent`, `account` and `group`.
 */
export function oracleHolds(question: Question): boolean {
  return new Oracle(question).holds(question.condition);
}

type AbsentEvent = { readonly did: EventSelector; readonly where?: readonly EventTest[] };
type EventStep = Extract<Step, { readonly did: unknown }>;
type NoneStep = Extract<Step, { readonly none: unknown }>;
/** Whether an event has the values that a sequence has chosen for `same`. */
type Shares = (event: ProfileEvent) => boolean;

const PERIODS: Readonly<Record<string, Period>> = { '1d': 'day', '1w': 'week', '1mo': 'month', '1y': 'year' };
const BUCKETS = 2 ** 48;

/** Answers one question. Its methods can be overridden one by one, to plant a fault. */
export class Oracle extends EventsOracle {
  holds(condition: Condition): boolean {
    if ('all' in condition) return condition.all.every((one) => this.holds(one));
    if ('any' in condition) return condition.any.some((one) => this.holds(one));
    if ('not' in condition) return !this.holds(condition.not);
    if ('trait' in condition) return this.trait(condition);
    if ('did' in condition) return this.did(condition);
    if ('first' in condition) return this.oneEvent(condition, this.passing(condition.first, condition.where)[0]);
    if ('last' in condition)
      return this.oneEvent(condition, this.newest(this.passing(condition.last, condition.where)));
    if ('sequence' in condition) return this.sequence(condition);
    if ('regular' in condition) return this.regular(condition);
    if ('in' in condition) return this.segment(condition.in);
    if ('list' in condition) return this.list(condition.list);
    if ('randomBucket' in condition) {
      const { from, to, salt } = condition.randomBucket;
      return this.isInBucket(this.bucket(salt), from, to);
    }
    if ('consent' in condition || 'account' in condition || 'group' in condition) throw new RangeError('not_evaluated');
    return this.aggregate(condition);
  }

  // Facts

  trait(condition: Extract<Condition, { readonly trait: string }>): boolean {
    const around = { properties: undefined, traits: this.traits };
    if (!this.passes(this.traits, condition.trait, condition.is, condition.as, around)) return false;
    if (condition.for === undefined) return true;
    const name = (readPath(condition.trait) ?? [])[0] as string;
    const sinceMs = this.question.facts.sinceMs.get(name);
    return sinceMs !== undefined && this.hasHeld(condition.for, sinceMs);
  }

  hasHeld(length: string, sinceMs: number): boolean {
    return this.leavesAt(length, sinceMs) <= this.momentMs;
  }

  list(key: string): boolean {
    const endMs = this.question.facts.lists.get(key);
    return endMs !== undefined && this.isOn(endMs);
  }

  isOn(endMs: number | null): boolean {
    return endMs === null || this.momentMs < endMs;
  }

  segment(key: string): boolean {
    const condition = this.question.segments.get(key);
    return condition !== undefined && this.holds(condition);
  }

  /** The profile's number for a salt, from 0 up to but not including 1. */
  bucket(salt: string): number {
    const hash = createHash('sha256').update(`${salt}\0${this.question.facts.birthId}`).digest();
    return hash.readUIntBE(0, 6) / BUCKETS;
  }

  isInBucket(bucket: number, from: number, to: number): boolean {
    return bucket >= from && bucket < to;
  }

  // Counts and aggregates

  did(condition: DidCondition): boolean {
    const events = this.counted(condition.did, condition, condition.within !== undefined);
    return this.countPasses(events.length, condition.count);
  }

  aggregate(condition: AggregateCondition): boolean {
    const { is } = condition;
    if ('distinct' in condition) {
      const events = this.counted(condition.of, condition, true);
      const keys = events.flatMap((event) => this.scalarsOf(this.reached(event.properties.exact, condition.distinct)));
      return this.countPasses(this.different(keys), is);
    }
    const events = this.counted(condition.of, condition, condition.within !== undefined);
    if ('sum' in condition) return this.sumPasses(this.numbers(events, condition.sum), is);
    if ('avg' in condition) return this.avgPasses(this.numbers(events, condition.avg), is);
    const isMin = 'min' in condition;
    const numbers = this.numbers(events, isMin ? condition.min : condition.max);
    return this.extremePasses(numbers.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)).at(isMin ? 0 : -1), is);
  }

  // First and last

  oneEvent(condition: FirstCondition | LastCondition, event: ProfileEvent | undefined): boolean {
    if (event === undefined) return false;
    const { is, property } = condition;
    if ('olderThan' in is) return !this.isNewer(is.olderThan, event.timestampMs);
    if ('newerThan' in is) return this.isNewer(is.newerThan, event.timestampMs);
    if (property === undefined) throw new RangeError('a test of a value needs a property');
    return this.propertyOf(event, property).length > 0 && this.eventPasses(event, { property, is });
  }

  propertyOf(event: ProfileEvent, path: string): readonly unknown[] {
    return this.reached(event.properties.exact, path);
  }

  // Regular

  regular(condition: RegularCondition): boolean {
    const { every, atLeast, of, calendar } = condition.periods;
    const events = this.kept(this.passing(condition.regular, condition.where));
    let passed = 0;
    for (let ago = 0; ago < of; ago += 1) {
      const inside = events.filter(({ timestampMs }) =>
        calendar === true
          ? this.isInCalendarPeriod(timestampMs, every, ago)
          : this.isInPeriodAgo(timestampMs, every, ago),
      );
      if (this.countPasses(inside.length, condition.count)) passed += 1;
    }
    return passed >= atLeast;
  }

  /** Whether a time lies between `ago` and `ago` + 1 such lengths ago. */
  isInPeriodAgo(timeMs: number, every: string, ago: number): boolean {
    return this.isNewer(every, timeMs, ago + 1) && (ago === 0 || !this.isNewer(every, timeMs, ago));
  }

  /** The current period is not counted: the newest is the one before it. */
  isInCalendarPeriod(timeMs: number, every: string, ago: number): boolean {
    const period = PERIODS[every];
    if (period === undefined) throw new RangeError(`${every} is no period of the calendar`);
    return this.isInPeriod(timeMs, period, ago + 1);
  }

  // Sequences

  sequence(condition: SequenceCondition): boolean {
    const paths = condition.same ?? [];
    const chosen = this.choices(paths.map((path) => this.allScalars(path)));
    return chosen.some((values) => this.hasChain(condition, (event) => this.hasAll(event, paths, values)));
  }

  /** Every scalar at a path of any event. */
  allScalars(path: string): readonly string[] {
    return [...new Set(this.question.events.flatMap((event) => this.scalarsOf(this.propertyOf(event, path))))];
  }

  /** Every way to choose one text of each list. */
  choices(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
    const [first, ...others] = lists;
    if (first === undefined) return [[]];
    return first.flatMap((text) => this.choices(others).map((texts) => [text, ...texts]));
  }

  hasAll(event: ProfileEvent, paths: readonly string[], values: readonly string[]): boolean {
    return paths.every((path, index) => this.scalarsOf(this.propertyOf(event, path)).includes(values[index] as string));
  }

  /** Whether events follow each other as the steps ask, among those that share the chosen values. */
  hasChain(condition: SequenceCondition, shares: Shares): boolean {
    const steps = condition.sequence;
    const candidates = steps.map((step) => ('did' in step ? this.sharing(step, shares) : []));
    const continues = (chain: readonly ProfileEvent[]): boolean => {
      const step = steps[chain.length];
      if (step === undefined) return this.isWhole(condition, chain);
      const before = chain.at(-1);
      if ('none' in step) {
        if (before === undefined) throw new RangeError('a step with none cannot be the first');
        return this.isWhole(condition, chain) && this.hasNotFollowed(step, before, shares);
      }
      return (candidates[chain.length] as readonly ProfileEvent[]).some(
        (event) => (before === undefined || this.follows(step, before, event, shares)) && continues([...chain, event]),
      );
    };
    return continues([]);
  }

  /** The events that a step can take. */
  sharing(event: AbsentEvent, shares: Shares): readonly ProfileEvent[] {
    return this.kept(this.passing(event.did, event.where)).filter(shares);
  }

  follows(step: EventStep, before: ProfileEvent, event: ProfileEvent, shares: Shares): boolean {
    if (!this.isLater(event.timestampMs, before.timestampMs)) return false;
    if (step.within !== undefined && !this.isNear(before.timestampMs, event.timestampMs, step.within)) return false;
    return (step.without ?? []).every(
      (absent) =>
        !this.absentEvents(absent, shares).some(({ timestampMs }) =>
          this.isStrictlyBetween(timestampMs, before.timestampMs, event.timestampMs),
        ),
    );
  }

  absentEvents(absent: AbsentEvent, shares: Shares): readonly ProfileEvent[] {
    return this.sharing(absent, shares);
  }

  isLater(timeMs: number, beforeMs: number): boolean {
    return timeMs > beforeMs;
  }

  /** Whether two times lie less than a length apart. */
  isNear(beforeMs: number, timeMs: number, length: string): boolean {
    return beforeMs > timeMs - this.stepMs(length);
  }

  isStrictlyBetween(timeMs: number, fromMs: number, toMs: number): boolean {
    return timeMs > fromMs && timeMs < toMs;
  }

  /** Whether the events of all steps lie in the window and in the span. */
  isWhole(condition: SequenceCondition, chain: readonly ProfileEvent[]): boolean {
    const [first, last] = [chain[0] as ProfileEvent, chain.at(-1) as ProfileEvent];
    if (condition.span !== undefined && !this.isNear(first.timestampMs, last.timestampMs, condition.span)) return false;
    return chain.every((event) => this.isInWindow(event.timestampMs, condition.within));
  }

  /** Whether the time after the step before is over, and no such event lies in it. */
  hasNotFollowed(step: NoneStep, before: ProfileEvent, shares: Shares): boolean {
    if (!this.isOver(before.timestampMs + this.stepMs(step.within))) return false;
    return !this.absentEvents({ did: step.none, ...(step.where && { where: step.where }) }, shares).some(
      ({ timestampMs }) =>
        this.isLater(timestampMs, before.timestampMs) && this.isNear(before.timestampMs, timestampMs, step.within),
    );
  }

  isOver(endMs: number): boolean {
    return this.momentMs >= endMs;
  }
}
