import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english, translations } from '@zxcvbn-ts/language-en';
import { dictionary as spanish } from '@zxcvbn-ts/language-es-es';

/** The least score of a password, on zxcvbn's scale of 0 to 4: more than 10^8 guesses. */
const LEAST_SCORE = 3;

/** Characters that are looked at: the work grows with the length, and what is hard to guess so far stays so. */
const LOOKED_AT = 40;

/** Ways to read digits and signs as letters, as in `p4ssw0rd`, that are tried: the work grows with them. */
const READINGS = 10;

/** Words that somebody who attacks this very installation tries first. docs/services/console.md lists them. */
export const CONTEXT_WORDS = [
  ...['hilo', 'console', 'admin', 'editor', 'viewer', 'privacy', 'customer', 'segment', 'profile', 'destination'],
  ...['kafka', 'postgres', 'clickhouse', 'password', 'contraseña'],
] as const;

/** Whose password it is to be. */
export interface PasswordOwner {
  readonly email: string;
  readonly name: string;
}

const EASY = 'This password is easy to guess.';
const BETTER = 'Several words that have nothing to do with each other, with you or with Hilo are better.';

const estimator = new ZxcvbnFactory({
  dictionary: { ...common, ...english, ...spanish },
  graphs: adjacencyGraphs,
  translations,
  maxLength: LOOKED_AT,
  l33tMaxSubstitutions: READINGS,
});

/**
 * Why a password is easy to guess, and what would help, as sentences; null: it is not. Common passwords and words of English and
 * Spanish, names, dates, keyboard patterns and repetitions make it easy. Hilo's own words and what is known of the owner add
 * nothing: what is left without them must be hard to guess, too. It takes milliseconds, whatever the text is.
 */
export function passwordFault(password: string, { email, name }: PasswordOwner): string | null {
  const known = [...CONTEXT_WORDS, ...partsOf(email), ...partsOf(name)];
  const looked = password.slice(0, LOOKED_AT);
  const left = without(looked, known);
  for (const text of left.length < looked.length ? [looked, left] : [looked]) {
    const { score, feedback } = estimator.check(text, known);
    if (score < LEAST_SCORE) return sentences([feedback.warning, ...feedback.suggestions]);
  }
  return null;
}

function sentences(reasons: readonly (string | null)[]): string {
  return [EASY, ...reasons.filter((reason) => reason !== null && reason !== ''), BETTER].join(' ');
}

function without(text: string, words: readonly string[]): string {
  const longestFirst = words.toSorted((one, other) => other.length - one.length);
  return longestFirst.reduce((left, word) => left.replaceAll(word, ''), text.toLowerCase());
}

/** A text and its words. */
function partsOf(text: string): readonly string[] {
  const parts = [text, ...text.split('@', 1), ...text.split(/[^\p{L}\p{N}]+/u)];
  return [...new Set(parts.map((part) => part.toLowerCase()))].filter((part) => part.length > 2);
}
