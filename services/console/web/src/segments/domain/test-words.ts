import {
  type EventTest,
  type Operand,
  type PropertyTest,
  type Scalar,
  UNITS,
  type ValueTest,
} from '@hilo/behaviour/version-2/language';
import type { Formats } from '../../language/formats.ts';
import { lengthFields } from './length.ts';
import type { languageMessages } from './messages.ts';

/** Larger numbers stand as they were written: in groups of three they would be hard to compare. */
const GROUPED_BELOW = 1e15;

/** A language, and how it writes numbers. */
export interface Speaker {
  readonly t: (typeof languageMessages)['en'];
  readonly formats: Formats;
}

/** Operators that take one value and say it the same way wherever they stand. */
type Comparison = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte';
type PlainOperator = 'contains' | 'startsWith' | 'endsWith' | 'matches' | 'before' | 'after';

const COMPARISONS: readonly string[] = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] satisfies readonly Comparison[];

/** A test after the name of what is tested: `is at least 5`. */
export function testWords(test: ValueTest, speaker: Speaker): string {
  return withCase(test, barely(test, speaker), speaker);
}

/** Tests of one event, joined: `with revenue of at least 1,000 and with gift yes`. */
export function whereWords(where: readonly EventTest[] | undefined, speaker: Speaker): string {
  return (where ?? []).map((test) => eventTestWords(test, speaker)).join(speaker.t.and);
}

/** A length such as `30d`: `30 days`. */
export function lengthWords(length: string, { t, formats }: Speaker): string {
  const { amount, unit } = lengthFields(length);
  const number = Number(amount);
  if (!UNITS.includes(unit) || !Number.isFinite(number)) return length;
  return t.length(formats.count(number), t[`unit_${unit}`](number));
}

/** A day as it was written; an instant in the zone of the page. */
export function dateWords(date: string, { formats }: Speaker): string {
  return date.includes('T') ? formats.time(date) : date;
}

/** A number as people of the language write it. */
export function numberWords(value: Scalar, { formats }: Speaker): string {
  // Digits that a number of the language can't hold stand as they were written.
  return typeof value === 'number' && Math.abs(value) < GROUPED_BELOW ? formats.exact(value) : String(value);
}

function barely(test: ValueTest, speaker: Speaker): string {
  const { t, formats } = speaker;
  if ('exists' in test) return test.exists ? t.exists : t.missing;
  if ('oneOf' in test) return t.oneOf(formats.either(test.oneOf.map((value) => valueWords(value, speaker))));
  if ('between' in test) {
    const [from = 0, to = 0] = test.between;
    return t.between(valueWords(from, speaker), valueWords(to, speaker));
  }
  if ('withinLast' in test) return t.withinLast(lengthWords(test.withinLast, speaker));
  if ('withinNext' in test) return t.withinNext(lengthWords(test.withinNext, speaker));
  if ('anniversary' in test) return anniversaryWords(test.anniversary, speaker);
  if ('before' in test) return t.before(dateWords(test.before, speaker));
  if ('after' in test) return t.after(dateWords(test.after, speaker));
  const [operator, value] = operationOf(test);
  return t[operator](valueWords(value, speaker));
}

function anniversaryWords(
  anniversary: Extract<ValueTest, { readonly anniversary: unknown }>['anniversary'],
  speaker: Speaker,
): string {
  const { t } = speaker;
  if (anniversary === 'today') return t.anniversary_today;
  return 'withinNext' in anniversary
    ? t.anniversary_withinNext(lengthWords(anniversary.withinNext, speaker))
    : t.anniversary_withinLast(lengthWords(anniversary.withinLast, speaker));
}

function eventTestWords(test: EventTest, speaker: Speaker): string {
  if ('property' in test) return propertyWords(test, speaker);
  return speaker.t.element(test.element, whereWords(test.where, speaker));
}

function propertyWords({ property, is, as }: PropertyTest, speaker: Speaker): string {
  const said = withCase(is, propertyTestWords(property, is, speaker), speaker);
  return as === undefined ? said : `${said} ${speaker.t.asNumber}`;
}

function propertyTestWords(property: string, is: ValueTest, speaker: Speaker): string {
  const { t, formats } = speaker;
  if ('exists' in is) return is.exists ? t.property_exists(property) : t.property_missing(property);
  if ('oneOf' in is) {
    return t.property_oneOf(property, formats.either(is.oneOf.map((value) => valueWords(value, speaker))));
  }
  const [operator, value] = operationOf(is);
  return isComparison(operator)
    ? t[`property_${operator}`](property, valueWords(value, speaker))
    : t.whose(property, barely(is, speaker));
}

function withCase(test: ValueTest, said: string, { t }: Speaker): string {
  return 'ignoreCase' in test && test.ignoreCase === true ? `${said} ${t.ignoreCase}` : said;
}

function operationOf(
  test: object,
): readonly [Comparison | Exclude<PlainOperator, 'before' | 'after'>, Scalar | Operand] {
  return Object.entries(test).find(([name]) => name !== 'ignoreCase') as [Comparison, Scalar | Operand];
}

function isComparison(operator: string): operator is Comparison {
  return COMPARISONS.includes(operator);
}

/** Texts in quotes, so that the text `5` and the number differ. */
function valueWords(value: Scalar | Operand, speaker: Speaker): string {
  const { t } = speaker;
  if (typeof value === 'object' && 'property' in value) return t.propertyOf(value.property);
  if (typeof value === 'object' && 'trait' in value) return t.traitOf(value.trait);
  if (typeof value === 'string') return t.quoted(value);
  if (typeof value === 'boolean') return value ? t.true : t.false;
  return numberWords(value, speaker);
}
