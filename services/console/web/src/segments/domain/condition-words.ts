import type { Formats } from '../../language/formats.ts';
import {
  type Condition,
  COUNT_OPERATORS,
  type CountTest,
  type DidCondition,
  type Scalar,
  UNITS,
  type ValueTest,
} from './condition.ts';
import type { languageMessages } from './messages.ts';

type Words = (typeof languageMessages)['en'];

/** A larger number is no amount that somebody reads. */
const GROUPED_BELOW = 1e15;

/** Says conditions in a language. */
export interface Speaker {
  readonly t: Words;
  readonly formats: Formats;
}

/** A condition in one sentence, so that people can check what they wrote. */
export function conditionWords(condition: Condition, speaker: Speaker): string {
  return wordsOf(condition, speaker, true);
}

function wordsOf(condition: Condition, speaker: Speaker, outermost = false): string {
  const { t } = speaker;
  if ('not' in condition) return t.not(wordsOf(condition.not, speaker));
  if ('trait' in condition) return t.trait(condition.trait, testWords(condition.is, speaker));
  if ('did' in condition) return didWords(condition, speaker);
  const [members, join] = 'all' in condition ? [condition.all, t.and] : [condition.any, t.or];
  const said = members.map((member) => wordsOf(member, speaker)).join(join);
  return outermost || members.length === 1 ? said : `(${said})`;
}

function didWords({ did, where = [], count, within }: DidCondition, speaker: Speaker): string {
  const { t } = speaker;
  return [
    count !== undefined && isNever(count) ? t.didNot(did) : t.did(did),
    ...(where.length === 0 ? [] : [where.map(({ property, is }) => propertyWords(property, is, speaker)).join(t.and)]),
    ...(count === undefined || isNever(count) ? [] : [countWords(count, speaker)]),
    ...(within === undefined ? [] : [withinWords(within, speaker)]),
  ].join(' ');
}

function isNever(count: CountTest): boolean {
  return ('eq' in count && count.eq === 0) || ('lt' in count && count.lt === 1) || ('lte' in count && count.lte === 0);
}

function countWords(count: CountTest, { t }: Speaker): string {
  const bounds: Readonly<Record<string, number>> = count;
  const operator = COUNT_OPERATORS.find((one) => one in bounds) ?? 'gte';
  return t.times(bounds[operator] ?? 1, t[`count_${operator}`]);
}

function withinWords(within: string, { t, formats }: Speaker): string {
  const [, amount = '', written = ''] = /^(\d+)([a-z]+)$/.exec(within) ?? [];
  const unit = UNITS.find((one) => one === written);
  if (unit === undefined) return within;
  return t.within(formats.count(Number(amount)), t[`unit_${unit}`](Number(amount)));
}

function testWords(test: ValueTest, speaker: Speaker): string {
  const { t, formats } = speaker;
  if ('exists' in test) return test.exists ? t.exists : t.missing;
  if ('oneOf' in test) return t.oneOf(formats.either(test.oneOf.map((value) => valueWords(value, speaker))));
  const [operator, value] = comparisonOf(test);
  return t[operator](valueWords(value, speaker));
}

function propertyWords(property: string, test: ValueTest, speaker: Speaker): string {
  const { t, formats } = speaker;
  if ('exists' in test) return test.exists ? t.property_exists(property) : t.property_missing(property);
  if ('oneOf' in test)
    return t.property_oneOf(property, formats.either(test.oneOf.map((value) => valueWords(value, speaker))));
  const [operator, value] = comparisonOf(test);
  return t[`property_${operator}`](property, valueWords(value, speaker));
}

function comparisonOf(test: object) {
  return Object.entries(test)[0] as ['eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte', Scalar];
}

/** Texts in quotes, so that the text `5` and the number differ. */
function valueWords(value: Scalar, { t, formats }: Speaker): string {
  if (typeof value === 'string') return t.quoted(value);
  if (typeof value === 'boolean') return value ? t.true : t.false;
  // Digits that a number of the language can't hold stand as they were written.
  return typeof value === 'number' && Math.abs(value) < GROUPED_BELOW ? formats.exact(value) : String(value);
}
