import { parseJson } from '@hilo/exact-json';
import { readDate } from '../../time/date.ts';
import type { Random } from './random.ts';
import { type Field, NUMBERS, PROPERTIES, TEXTS, TRAITS } from './random-documents.ts';
import { PATTERNS } from './random-hints.ts';
import { randomDate, type Setting } from './random-setting.ts';

/** What a test compares with may stand at these. */
type Places = readonly ('property' | 'trait')[];

const ORDER = ['gt', 'gte', 'lt', 'lte'] as const;
const SOUGHT = ['gold', 'old', 'Gold', 'g', 'silver', 'é', '1', 'x'];

/** A test of values of a kind: `{is, as?}`. */
export function randomTest(random: Random, setting: Setting, { kind }: Field, places: Places): object {
  if (random.chance(0.1)) return { is: { exists: random.chance(0.5) } };
  switch (kind) {
    case 'number':
      return { is: numberTest(random, places), ...random.maybe(0.3, () => ({ as: 'number' })) };
    case 'text':
      return { is: textTest(random, places) };
    case 'boolean':
      return { is: { [random.pick(['eq', 'ne'])]: random.chance(0.5) } };
    case 'date':
      return { is: dateTest(random, setting) };
  }
}

function number(random: Random): unknown {
  return parseJson(random.pick(NUMBERS));
}

function numberTest(random: Random, places: Places): object {
  const operator = random.pick(['eq', 'ne', ...ORDER, ...ORDER, 'between', 'oneOf'] as const);
  if (operator === 'between')
    return { between: [parseJson(random.pick(['-1', '0', '0.1', '1'])), random.pick([1, 2, 5])] };
  if (operator === 'oneOf') return { oneOf: random.times(random.whole(1, 4), () => number(random)) };
  return { [operator]: random.chance(0.3) ? operand(random, 'number', places) : number(random) };
}

function textTest(random: Random, places: Places): object {
  const operator = random.pick(['eq', 'ne', 'oneOf', 'contains', 'startsWith', 'endsWith', 'matches'] as const);
  const ignoreCase = random.maybe(0.4, () => ({ ignoreCase: random.chance(0.8) }));
  switch (operator) {
    case 'eq':
    case 'ne':
      return {
        [operator]: random.chance(0.25) ? operand(random, 'text', places) : random.pick(TEXTS),
        ...ignoreCase,
      };
    case 'oneOf': {
      const mixed = random.chance(0.3) ? [parseJson(random.pick(NUMBERS)), true] : [];
      return { oneOf: [random.pick(TEXTS), random.pick(['a', '1', 'silver']), ...mixed], ...ignoreCase };
    }
    case 'matches':
      return { matches: random.pick(Object.keys(PATTERNS)), ...ignoreCase };
    default:
      return { [operator]: random.pick(SOUGHT), ...ignoreCase };
  }
}

function dateTest(random: Random, setting: Setting): object {
  const lengths = [...setting.lengths, '30d', '1mo'];
  const operator = random.pick(['before', 'after', 'withinLast', 'withinNext', 'anniversary', 'anniversary'] as const);
  switch (operator) {
    case 'before':
    case 'after':
      return { [operator]: validDate(random, setting) };
    case 'withinLast':
    case 'withinNext':
      return { [operator]: random.pick(lengths) };
    case 'anniversary':
      return {
        anniversary: random.pick(['today', { withinNext: random.pick(lengths) }, { withinLast: random.pick(lengths) }]),
      };
  }
}

/** A date that a reader takes. */
export function validDate(random: Random, setting: Setting): string {
  const date = randomDate(random, setting);
  return readDate(date) === null ? '2026-03-01' : date;
}

function operand(random: Random, kind: Field['kind'], places: Places): object {
  const place = random.pick(places);
  const fields = place === 'trait' ? TRAITS : PROPERTIES;
  return { [place]: random.pick(fields.filter((one) => one.kind === kind)).path };
}

/** `where` of a condition on events: usually none, or one test. */
export function randomWhere(random: Random, setting: Setting): object {
  const count = random.pick([0, 0, 0, 0, 1, 1, 2]);
  return count === 0 ? {} : { where: random.times(count, () => eventTest(random, setting)) };
}

function eventTest(random: Random, setting: Setting): object {
  if (!random.chance(0.25)) {
    const field = random.pick(PROPERTIES);
    return { property: field.path, ...randomTest(random, setting, field, ['property', 'trait']) };
  }
  const inside: readonly Field[] = [
    { path: 'sku', kind: 'text' },
    { path: 'price', kind: 'number' },
  ];
  const where = inside.map((field) => ({
    property: field.path,
    ...(field.kind === 'text'
      ? { is: random.pick([{ eq: 'a' }, { ne: 'a' }, { oneOf: ['b', 1] }, { exists: true }]) }
      : {
          is: random.pick([
            ...[{ gte: 1 }, { lt: 1 }, { exists: false }, { gt: { property: 'limit' } }],
            ...[{ lte: { trait: 'level' } }, { ne: { trait: 'level' } }],
          ]),
        }),
  }));
  return { element: 'products', where: random.chance(0.8) ? where : where.slice(1) };
}

/** A test of a count. */
export function randomCountTest(random: Random): object {
  const operator = random.pick(['eq', 'ne', ...ORDER, 'gte', 'between'] as const);
  return operator === 'between'
    ? { between: [random.whole(0, 1), random.whole(1, 3)] }
    : { [operator]: random.pick([0, 1, 1, 2, 2, 3]) };
}

/** Sums and means of the amounts in histories. */
const BOUNDS = [
  ...['0', '0.1', '0.15', '0.2', '0.2', '0.3', '0.3', '0.3', '0.4', '0.6', '1', '1', '2'],
  ...['9007199254740992', '9007199254740993'],
];

/** A test of what an aggregate makes. */
export function randomNumberTest(random: Random): object {
  const bound = () => parseJson(random.pick(BOUNDS));
  const operator = random.pick(['eq', 'ne', ...ORDER, ...ORDER, 'between'] as const);
  if (operator !== 'between') return { [operator]: bound() };
  return { between: [parseJson(random.pick(['-1', '0', '0.1', '0.3'])), random.pick([1, 2, 10])] };
}
