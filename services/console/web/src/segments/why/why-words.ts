import type { Formats } from '../../language/formats.ts';
import type { whyMessages } from './messages.ts';
import type { Explanation, Step, Value } from './why-api.ts';

/** Says explanations in a language. */
export interface Speaker {
  readonly t: (typeof whyMessages)['en'];
  readonly formats: Formats;
}

type Condition = Explanation['condition'];

/** The condition at a place such as `condition.all[0].not`. */
export function conditionAt(condition: Condition, field: string): Condition {
  let found: unknown = condition;
  for (const [, name, index] of field.matchAll(/(all|any|not)(?:\[(\d+)\])?/g)) {
    const inner = (found as Readonly<Record<string, unknown>>)[name as string];
    found = index === undefined ? inner : (inner as readonly unknown[])[Number(index)];
  }
  return found as Condition;
}

/** What a condition looks at, as it is now. `isDistinct`: a count is one of values. */
export function valueWords(value: Value, condition: Condition, { t, formats }: Speaker): string {
  switch (value.kind) {
    case 'count':
      if ('distinct' in condition) return t.values(value.count);
      return value.at_least ? t.countAtLeast(value.count) : t.count(value.count);
    case 'number':
      return value.number === null ? t.noNumber : numberWords(value.number, formats);
    case 'event':
      if (value.at === null) return t.never;
      return value.values === null ? formats.time(value.at) : listWords(value.values, { t, formats });
    case 'steps':
      return t.stepsDone(formats.count(value.done), formats.count(value.of));
    case 'periods':
      return t.periods(formats.count(value.passed), formats.count(value.counts.length));
    case 'values':
      return listWords(value.values, { t, formats });
    case 'segment':
      return t.segment(value.segment);
    case 'list':
      if (!value.listed) return t.unlisted;
      return value.ends === null ? t.listed : t.listedUntil(formats.time(value.ends));
    case 'share':
      return t.share(`${formats.number(value.share * 100)} %`);
  }
}

/** One thing that would have to happen, as a part of a sentence. */
export function stepWords(step: Step, whole: Condition, speaker: Speaker): string {
  const { t, formats } = speaker;
  const condition = conditionAt(whole, step.field);
  const event = eventName(condition, speaker);
  switch (step.code) {
    case 'events':
      return byWords(t.moreEvents(step.count, event), step.by, speaker);
    case 'new_values':
      return byWords(t.moreValues(step.count, event), step.by, speaker);
    case 'number':
      return t[`number_${step.relation}`](event, numberWords(step.number, formats));
    case 'property':
      return step.passes ? t.property_passes(event) : t.property_fails(event);
    case 'steps':
      return t.missingSteps(step.count);
    case 'trait':
      return step.passes ? t.traitPasses(keyOf(condition, 'trait')) : t.traitFails(keyOf(condition, 'trait'));
    case 'segment':
      return step.enters ? t.segmentEnters(keyOf(condition, 'in')) : t.segmentLeaves(keyOf(condition, 'in'));
    case 'list':
      return step.enters ? t.listEnters(keyOf(condition, 'list')) : t.listLeaves(keyOf(condition, 'list'));
    case 'time':
      return step.leaving === null ? t.wait(formats.time(step.at)) : t.waitLeaving(step.leaving, formats.time(step.at));
  }
}

function byWords(what: string, by: string | null, { t, formats }: Speaker): string {
  return by === null ? what : t.before(what, formats.time(by));
}

/** Digits that a number of the page's language cannot hold stay as they are. */
function numberWords(decimal: string, formats: Formats): string {
  return decimal.replace('-', '').length <= 15 ? formats.exact(Number(decimal)) : decimal;
}

function listWords(values: readonly string[], { t, formats }: Speaker): string {
  return values.length === 0 ? t.nothing : formats.list(values);
}

function keyOf(condition: Condition, name: string): string {
  return (condition as Readonly<Record<string, string | undefined>>)[name] ?? '';
}

/** What people call the events that a condition asks for. */
function eventName(condition: Condition, { t }: Speaker): string {
  const named = condition as Readonly<Record<string, unknown>>;
  const selector = ['did', 'of', 'first', 'last', 'regular']
    .map((name) => named[name])
    .find((one) => one !== undefined);
  if (typeof selector === 'string') return selector;
  const { name, type, startsWith } = (selector ?? {}) as Readonly<Record<string, string>>;
  return name ?? type ?? (startsWith === undefined ? t.anyEvent : `${startsWith}…`);
}
