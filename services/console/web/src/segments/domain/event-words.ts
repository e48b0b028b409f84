import {
  AGGREGATES,
  type AggregateCondition,
  CALENDAR_WINDOWS,
  type ConditionWindow,
  type CountTest,
  type DidCondition,
  type EventSelector,
  type FirstCondition,
  type LastCondition,
  type RegularCondition,
} from '@hilo/behaviour/version-2/language';
import { dateWords, lengthWords, numberWords, type Speaker, testWords, whereWords } from './test-words.ts';

type CountOperator = 'gte' | 'gt' | 'lte' | 'lt' | 'eq' | 'ne';
type CalendarName = 'today' | 'yesterday' | `${'this' | 'last'}${'week' | 'month' | 'quarter' | 'year'}`;

/** `did “A”`, `did not do “A”`, or the events themselves: `“A”`. */
export function selectorWords(events: EventSelector, { t }: Speaker, form: 'did' | 'didNot' | 'events'): string {
  if (typeof events === 'string') return form === 'events' ? t.eventsOf(events) : t[form](events);
  if ('startsWith' in events) return t[`selector_${form}_startsWith`](events.startsWith);
  if ('any' in events) return t[`selector_${form}_any`];
  const { type, name } = events;
  if (name === undefined || type === 'identify') return t[`selector_${form}_${type}`];
  return t[`selector_${form}_${type}Named`](name);
}

/** An event, how often and when. */
export function didWords({ did, where, count, ...times }: DidCondition, speaker: Speaker): string {
  const isNever = count !== undefined && isZero(count);
  return joined(
    selectorWords(did, speaker, isNever ? 'didNot' : 'did'),
    whereWords(where, speaker),
    count === undefined || isNever ? '' : countWords(count, speaker),
    timesWords(times, speaker),
  );
}

/** What the values of events make, and how it is tested. */
export function aggregateWords(condition: AggregateCondition, speaker: Speaker): string {
  const { of, where, is, ...rest } = condition;
  const name = AGGREGATES.find((one) => one in rest) ?? 'sum';
  const path = (rest as Readonly<Record<string, unknown>>)[name] as string;
  return joined(
    speaker.t[name](path, joined(selectorWords(of, speaker, 'events'), whereWords(where, speaker))),
    timesWords(rest, speaker),
    testWords(is, speaker),
  );
}

/** The first or last event, and how it is tested. */
export function oneEventWords(condition: FirstCondition | LastCondition, speaker: Speaker): string {
  const { t } = speaker;
  const { where, property, is } = condition;
  const [say, events] = 'first' in condition ? [t.first, condition.first] : [t.last, condition.last];
  const event = joined(say(selectorWords(events, speaker, 'events')), whereWords(where, speaker));
  if ('olderThan' in is) return joined(event, t.olderThan(lengthWords(is.olderThan, speaker)));
  if ('newerThan' in is) return joined(event, t.newerThan(lengthWords(is.newerThan, speaker)));
  return joined(property === undefined ? event : t.ofEvent(property, event), testWords(is, speaker));
}

/** An event in so many of the last periods. */
export function regularWords({ regular, where, count, periods }: RegularCondition, speaker: Speaker): string {
  const { t, formats } = speaker;
  const say = periods.calendar === true ? t.regularCalendar : t.regular;
  return joined(
    selectorWords(regular, speaker, 'did'),
    whereWords(where, speaker),
    count === undefined ? '' : countWords(count, speaker),
    say(periods.of, formats.count(periods.atLeast), lengthWords(periods.every, speaker)),
  );
}

/** A window of time: `in the last 30 days`. */
export function windowWords(window: ConditionWindow, speaker: Speaker): string {
  const { t } = speaker;
  if (typeof window === 'object') {
    return t.betweenAgo(lengthWords(window.from, speaker), lengthWords(window.to, speaker));
  }
  const name = CALENDAR_WINDOWS.find((one) => one === window)?.replace(' ', '') as CalendarName | undefined;
  return name === undefined ? t.within(lengthWords(window, speaker)) : t[`calendar_${name}`];
}

/** Parts of a sentence with spaces between; empty ones are left out. */
export function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

function timesWords(
  { within, after, before }: Pick<DidCondition, 'within' | 'after' | 'before'>,
  speaker: Speaker,
): string {
  const { t } = speaker;
  return joined(
    within === undefined ? '' : windowWords(within, speaker),
    after === undefined ? '' : t.since(dateWords(after, speaker)),
    before === undefined ? '' : t.until(dateWords(before, speaker)),
  );
}

function isZero(count: CountTest): boolean {
  return ('eq' in count && count.eq === 0) || ('lt' in count && count.lt === 1) || ('lte' in count && count.lte === 0);
}

function countWords(count: CountTest, speaker: Speaker): string {
  const { t } = speaker;
  if ('between' in count) {
    const [from = 0, to = 0] = count.between;
    return t.timesBetween(to, numberWords(from, speaker));
  }
  const [[operator, bound] = ['gte', 1] as const] = Object.entries(count) as readonly (readonly [
    CountOperator,
    number,
  ])[];
  return t.times(bound, t[`count_${operator}`]);
}
