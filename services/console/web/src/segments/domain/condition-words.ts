import type { Condition, TraitCondition } from '@hilo/behaviour/version-2/language';
import { aggregateWords, didWords, oneEventWords, regularWords } from './event-words.ts';
import { sequenceWords } from './sequence-words.ts';
import { lengthWords, type Speaker, testWords } from './test-words.ts';

/** A condition in one sentence, so that people can check what they wrote. */
export function conditionWords(condition: Condition, speaker: Speaker): string {
  return wordsOf(condition, speaker, true);
}

function wordsOf(condition: Condition, speaker: Speaker, outermost = false): string {
  const { t, formats } = speaker;
  if ('not' in condition) return t.not(wordsOf(condition.not, speaker));
  if ('all' in condition || 'any' in condition) {
    const [members, join] = 'all' in condition ? [condition.all, t.and] : [condition.any, t.or];
    const said = members.map((member) => wordsOf(member, speaker)).join(join);
    return outermost || members.length === 1 ? said : `(${said})`;
  }
  if ('trait' in condition) return traitWords(condition, speaker);
  if ('did' in condition) return didWords(condition, speaker);
  if ('first' in condition || 'last' in condition) return oneEventWords(condition, speaker);
  if ('sequence' in condition) return sequenceWords(condition, speaker);
  if ('regular' in condition) return regularWords(condition, speaker);
  if ('in' in condition) return t.in(condition.in);
  if ('list' in condition) return t.list(condition.list);
  if ('consent' in condition) return t.consent(condition.consent);
  if ('randomBucket' in condition) {
    const { from, to, salt } = condition.randomBucket;
    return t.bucket(formats.share(from), formats.share(to), salt);
  }
  if ('group' in condition) return t.group(traitWords(condition.group, speaker));
  if ('account' in condition) {
    const { account } = condition;
    if ('any' in account) return t.accountAny(wordsOf(account.any, speaker, true));
    if ('all' in account) return t.accountAll(wordsOf(account.all, speaker, true));
    return t.accountNone(wordsOf(account.none, speaker, true));
  }
  return aggregateWords(condition, speaker);
}

function traitWords({ trait, is, as, for: length }: TraitCondition, speaker: Speaker): string {
  const { t } = speaker;
  const held = length === undefined ? [] : [t.heldFor(lengthWords(length, speaker))];
  return [t.trait(trait, testWords(is, speaker)), ...(as === undefined ? [] : [t.asNumber]), ...held].join(' ');
}
