import { createHash } from 'node:crypto';
import type { Random } from './random.ts';
import { PROPERTIES, TRAITS } from './random-documents.ts';
import { type Setting, earlier, randomTime } from './random-setting.ts';
import { randomCountTest, randomNumberTest, randomTest, randomWhere, validDate } from './random-tests.ts';

/** The forms of a condition that the evaluators answer. */
export const FORMS = [
  ...(['trait', 'did', 'sum', 'avg', 'min', 'max', 'distinct', 'first', 'last'] as const),
  ...(['sequence', 'regular', 'in', 'list', 'randomBucket', 'all', 'any', 'not'] as const),
];
export type Form = (typeof FORMS)[number];

const EVENTS = ['Order Completed', 'Order Completed', 'Order Completed', 'Order Refunded', 'Product Viewed'];
const GROUPS: readonly Form[] = ['all', 'any', 'not', 'in'];
const LEAVES: readonly Form[] = FORMS.filter((form) => !GROUPS.includes(form) && form !== 'randomBucket');
const NUMBER_PATHS = ['amount', 'amount', 'amount', 'amount', 'amount', 'products.price', 'limit', 'plan'];
const SAME = ['sku', 'sku', 'products.sku', 'plan'];

/** A condition of a form, as JSON that a reader takes. `depth`: how deep groups may nest in it. */
export function randomCondition(random: Random, setting: Setting, form: Form, birthId: string, depth = 2): object {
  const child = () =>
    randomCondition(
      random,
      setting,
      random.pick(depth > 0 && random.chance(0.3) ? GROUPS : LEAVES),
      birthId,
      depth - 1,
    );
  switch (form) {
    case 'all':
    case 'any':
      return { [form]: random.times(random.whole(1, 3), child) };
    case 'not':
      return { not: child() };
    case 'in':
      return { in: random.pick(['regulars', 'regulars', 'regulars', 'newcomers', 'gone']) };
    case 'list':
      return { list: random.pick(['vip', 'vip', 'beta']) };
    case 'randomBucket':
      return { randomBucket: bucket(random, birthId) };
    case 'trait': {
      const field = random.pick(TRAITS);
      const held = random.maybe(0.4, () => ({ for: random.pick(setting.lengths) }));
      return { trait: field.path, ...randomTest(random, setting, field, ['trait']), ...held };
    }
    default:
      return eventCondition(random, setting, form);
  }
}

function eventCondition(
  random: Random,
  setting: Setting,
  form: Exclude<Form, 'all' | 'any' | 'not' | 'in' | 'list' | 'randomBucket' | 'trait'>,
): object {
  const where = randomWhere(random, setting);
  switch (form) {
    case 'did':
      return {
        did: selector(random),
        ...where,
        ...random.maybe(0.6, () => ({ count: randomCountTest(random) })),
        ...times(random, setting),
      };
    case 'distinct':
      return {
        distinct: random.pick(['sku', 'sku', 'amount', 'products.sku', 'plan']),
        of: selector(random),
        ...where,
        is: randomCountTest(random),
        ...times(random, setting),
      };
    case 'first':
    case 'last': {
      const field = random.pick(PROPERTIES);
      const { is } = randomTest(random, setting, field, ['property', 'trait']) as { readonly is: object };
      const about = random.chance(0.5)
        ? { is: { [random.pick(['olderThan', 'newerThan'])]: random.pick(setting.lengths) } }
        : { property: field.path, is: random.chance(0.1) ? { exists: false } : is };
      return { [form]: selector(random), ...where, ...about };
    }
    case 'sequence':
      return sequence(random, setting);
    case 'regular':
      return { regular: selector(random), ...where, ...regular(random, setting) };
    default:
      return {
        [form]: random.pick(NUMBER_PATHS),
        of: selector(random),
        ...where,
        is: randomNumberTest(random),
        ...times(random, setting),
      };
  }
}

function selector(random: Random): unknown {
  if (random.chance(0.7)) return random.pick(EVENTS);
  return random.pick([
    { startsWith: 'Order ' },
    { startsWith: 'Order' },
    { startsWith: 'Product Viewed' },
    { any: true },
    { type: 'page' },
    { type: 'page', name: 'Pricing' },
    { type: 'screen', name: 'Pricing' },
    { type: 'identify' },
    { type: 'group', name: 'Pricing' },
  ]);
}

/** `within`, `after` and `before`. */
function times(random: Random, setting: Setting): object {
  return {
    ...random.maybe(0.7, () => ({ within: window(random, setting) })),
    ...random.maybe(0.15, () => ({ after: validDate(random, setting) })),
    ...random.maybe(0.15, () => ({ before: validDate(random, setting) })),
  };
}

function window(random: Random, setting: Setting): unknown {
  if (random.chance(0.5)) return random.pick(setting.lengths);
  if (random.chance(0.7)) return random.pick(setting.calendarWindows);
  const [from, to] = random.pick(setting.between);
  return { from, to };
}

function sequence(random: Random, setting: Setting): object {
  const count = random.pick([1, 2, 2, 2, 3, 3, 4]);
  const steps = random.times(count, (index) => ({
    did: selector(random),
    ...random.maybe(0.25, () => randomWhere(random, setting)),
    ...(index === 0 ? {} : random.maybe(0.5, () => ({ within: random.pick(setting.stepLengths) }))),
    ...(index === 0
      ? {}
      : random.maybe(0.3, () => ({
          without: random.times(random.whole(1, 2), () => ({
            did: selector(random),
            ...random.maybe(0.3, () => randomWhere(random, setting)),
          })),
        }))),
  }));
  const none = random.maybe(0.25, () => ({
    none: selector(random),
    ...random.maybe(0.3, () => randomWhere(random, setting)),
    within: random.pick(setting.stepLengths),
  }));
  return {
    sequence: 'none' in none ? [...steps, none] : steps,
    ...random.maybe(0.4, () => ({ within: window(random, setting) })),
    ...random.maybe(0.25, () => ({ span: random.pick(setting.stepLengths) })),
    ...random.maybe(0.4, () => ({ same: random.shuffled([...new Set(SAME)]).slice(0, random.pick([1, 1, 2])) })),
  };
}

function regular(random: Random, setting: Setting): object {
  const calendar = random.maybe(0.4, () => ({ calendar: random.chance(0.9) }));
  const of = random.whole(1, 5);
  const every = random.pick('calendar' in calendar ? setting.periods : setting.lengths);
  return {
    ...random.maybe(0.4, () => ({ count: randomCountTest(random) })),
    periods: { every, atLeast: random.whole(1, Math.max(1, of - 1)), of, ...calendar },
  };
}

/** Bounds, at times the profile's very own number. */
function bucket(random: Random, birthId: string): object {
  const salt = random.pick(['spring', 'a/b', 'ä']);
  const own = createHash('sha256').update(`${salt}\0${birthId}`).digest().readUIntBE(0, 6) / 2 ** 48;
  const [from, to] = random.pick([
    [0, 0.5],
    [0.5, 1],
    [0.25, 0.75],
    [0, own],
    [own, 1],
    [0, 1],
  ]) as [number, number];
  return { from, to, salt };
}

/** Whom `in` asks for. */
export function randomSegments(random: Random, setting: Setting, birthId: string): Readonly<Record<string, object>> {
  const condition = () => randomCondition(random, setting, random.pick(LEAVES), birthId, 0);
  const newcomers = condition();
  const regulars = random.chance(0.3) ? { all: [{ not: { in: 'newcomers' } }, condition()] } : condition();
  return { regulars, newcomers };
}

/** When the entries of lists end; null: never. */
export function randomLists(random: Random, setting: Setting): ReadonlyMap<string, number | null> {
  const end = () =>
    random.chance(0.4) ? null : earlier(setting, random.pick(setting.lengths), randomTime(random, setting));
  return new Map(['vip', 'beta'].filter(() => random.chance(0.7)).map((key) => [key, end()]));
}
