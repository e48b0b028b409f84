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

/** Says conditions in a language. */
export interface Speaker {
  readonly t: Words;
  readonly formats: Formats;
}

/** A condition in one sentence, for people to check what they wrote. */
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

function didWords({ did, where = [], count, within }: DidCondition, { t, formats }: Speaker): string {
  const tests = where.map(({ property, is }) => t.trait(property, testWords(is, { t, formats })));
  return [
    count !== undefined && isNever(count) ? t.didNot(did) : t.did(did),
    ...(tests.length === 0 ? [] : [t.with(tests.join(t.and))]),
    ...(count === undefined || isNever(count) ? [] : [countWords(count, { t, formats })]),
    ...(within === undefined ? [] : [withinWords(within, { t, formats })]),
  ].join(' ');
}

function isNever(count: CountTest): boolean {
  return ('eq' in count && count.eq === 0) || ('lt' in count && count.lt === 1) || ('lte' in count && count.lte === 0);
}

function countWords(count: CountTest, { t, formats }: Speaker): string {
  const bounds: Readonly<Record<string, number>> = count;
  const operator = COUNT_OPERATORS.find((one) => one in bounds) ?? 'gte';
  const bound = bounds[operator] ?? 1;
  return t.times(t[`count_${operator}`], formats.count(bound), formats.plural(bound));
}

function withinWords(within: string, { t, formats }: Speaker): string {
  const [, amount = '', written = ''] = /^(\d+)([a-z]+)$/.exec(within) ?? [];
  const unit = UNITS.find((one) => one === written);
  if (unit === undefined) return within;
  return t.within(formats.count(Number(amount)), t[`unit_${unit}`](formats.plural(Number(amount))));
}

function testWords(test: ValueTest, { t, formats }: Speaker): string {
  if ('exists' in test) return test.exists ? t.exists : t.missing;
  if ('oneOf' in test) return t.oneOf(formats.list(test.oneOf.map(quoted)));
  const [operator, value] = Object.entries(test)[0] as ['eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte', Scalar];
  return t[operator](quoted(value));
}

/** Texts in quotes, so that the text `5` and the number differ. */
function quoted(value: Scalar): string {
  return JSON.stringify(value);
}
