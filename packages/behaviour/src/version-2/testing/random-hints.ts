import type { Condition } from '../condition.ts';
import { TimesOracle } from './oracle-times.ts';
import type { Setting } from './random-setting.ts';

/** What random histories take from a condition, so that they come close to meeting it. */
export interface Hints {
  /** Lengths that it names. */
  readonly lengths: readonly string[];
  /** Numbers, texts and dates that it compares with, as JSON texts. */
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  readonly dates: readonly string[];
  /** The edges of its dates. */
  readonly instants: readonly number[];
  /** Its JSON, to look for names in. */
  readonly json: string;
  /** What its answer depends on as time passes. */
  readonly kinds: readonly Kind[];
}

type Kind = 'event' | 'date' | 'trait' | 'list' | 'calendar';

const KINDS: readonly (readonly [Kind, RegExp])[] = [
  ['event', /"(within|olderThan|newerThan|periods|none)":/],
  ['date', /"(withinLast|withinNext|anniversary)":/],
  ['trait', /"for":/],
  ['list', /"list":/],
  ['calendar', /"(today|yesterday|this|last)|"calendar":true/],
];
/** Patterns of RE2, each with a text that it matches. */
export const PATTERNS: Readonly<Record<string, string>> = {
  '^gold': 'goldfish',
  old$: 'marigold',
  'a.g': 'a\ngold',
  '^G.ld$': 'Gold',
  '^(gold|silver)$': 'silver',
  '[0-9]': 'a5',
  '^$': '',
};

export function hintsOf(conditions: readonly Condition[], setting: Setting): Hints {
  const json = JSON.stringify(conditions);
  const texts = [...json.matchAll(/(?<="(?:eq|ne|contains|startsWith|endsWith)":)"(?:[^"\\]|\\.)*"/g)].map(String);
  const samples = Object.entries(PATTERNS).filter(([pattern]) => json.includes(`"matches":${JSON.stringify(pattern)}`));
  texts.push(...samples.map(([, sample]) => JSON.stringify(sample)));
  const numeral = /(?<="(?:eq|ne|gt|gte|lt|lte)":|[[,])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[,\]}])/g;
  const numbers = [...json.matchAll(numeral)].map(String);
  const dates = [...json.matchAll(/"\d{4}-[^"]*"/g)].map(String);
  const lengths = [...json.matchAll(/"([1-9]\d*(?:s|m|h|d|w|mo|y))"/g)].map(([, length = '']) => length);
  const times = new TimesOracle(setting.zone, setting.anchorMs);
  return {
    ...{ texts, numbers, dates, json },
    lengths: lengths.length === 0 ? setting.lengths : [...new Set(lengths)],
    kinds: KINDS.filter(([, form]) => form.test(json)).map(([kind]) => kind),
    instants: dates.map((date) => times.dateOf(JSON.parse(date) as string).startMs),
  };
}
