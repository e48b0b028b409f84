import type { Random } from './random.ts';
import type { Hints } from './random-hints.ts';
import { randomDate, type Setting } from './random-setting.ts';

/** What stands at a path: JSON texts to choose from, or `date`. */
export interface Field {
  readonly path: string;
  readonly kind: 'number' | 'text' | 'boolean' | 'date';
}

export const NUMBERS = [
  ...['0', '0.1', '0.1', '0.2', '0.2', '0.3', '1', '1', '2', '2', '3', '5', '10', '-1', '2.50', '1e0', '0.30', '-0'],
  ...['12345678901234567890', '12345678901234567891', '0.100000000000000001', '0.1000000000000000001'],
  ...['99999999999999999999', '100000000000000000000', '1e400', '0.30000000000000004'],
];
/** Numbers whose sums show what doubles lose. */
const AMOUNTS = ['0.1', '0.1', '0.1', '0.1', '0.2', '0.2', '0.3', '1', '-1', '9007199254740993', '1e30'];
export const TEXTS = ['gold', 'gold', 'Gold', 'silver', 'goldfish', 'a\ngold', 'Élan', 'élan', '5', '1.0', ''];
const SKUS = ['"a"', '"a"', '"b"', '"b"', '"c"', '"1"', '1', '1.0', 'true', 'null'];

export const PROPERTIES: readonly Field[] = [
  { path: 'amount', kind: 'number' },
  { path: 'limit', kind: 'number' },
  { path: 'plan', kind: 'text' },
  { path: 'due', kind: 'date' },
  { path: 'due', kind: 'date' },
  { path: 'ok', kind: 'boolean' },
  { path: 'sku', kind: 'text' },
  { path: 'products.sku', kind: 'text' },
  { path: 'products.price', kind: 'number' },
];

export const TRAITS: readonly Field[] = [
  { path: 'level', kind: 'number' },
  { path: 'level', kind: 'number' },
  { path: 'limit', kind: 'number' },
  { path: 'plan', kind: 'text' },
  { path: 'plan', kind: 'text' },
  { path: 'born', kind: 'date' },
  { path: 'born', kind: 'date' },
  { path: 'born', kind: 'date' },
  { path: 'vip', kind: 'boolean' },
  { path: 'tags', kind: 'text' },
  { path: 'tags', kind: 'text' },
  { path: 'home.plan', kind: 'text' },
];

/** Properties of an event, as JSON text. Every field may be missing, null, of another kind, or a list. */
export function randomProperties(random: Random, setting: Setting, hints: Hints): string {
  const fields = [
    entry(random, hints, 'amount', () => odd(random, number(random, hints, AMOUNTS))),
    entry(random, hints, 'limit', () => odd(random, number(random, hints, AMOUNTS))),
    entry(random, hints, 'plan', () => odd(random, text(random, hints))),
    entry(random, hints, 'due', () => odd(random, date(random, setting, hints))),
    entry(random, hints, 'ok', () => odd(random, random.pick(['true', 'false']))),
    entry(random, hints, 'sku', () => odd(random, random.pick(SKUS))),
    entry(random, hints, 'products', () => `[${random.times(random.whole(0, 3), () => product(random)).join(',')}]`),
  ];
  return `{${fields
    .flat()
    .map(([name, json]) => `"${name}":${json}`)
    .join(',')}}`;
}

/** Traits, by name: each as JSON text. */
export function randomTraits(random: Random, setting: Setting, hints: Hints): ReadonlyMap<string, string> {
  const plan = () => text(random, hints);
  return new Map(
    [
      entry(random, hints, 'level', () => odd(random, number(random, hints, NUMBERS))),
      entry(random, hints, 'limit', () => odd(random, number(random, hints, AMOUNTS))),
      entry(random, hints, 'plan', () => odd(random, plan())),
      entry(random, hints, 'born', () => date(random, setting, hints)),
      entry(random, hints, 'vip', () => odd(random, random.pick(['true', 'false']))),
      entry(random, hints, 'tags', () => `[${random.times(random.whole(0, 3), plan).join(',')}]`),
      entry(random, hints, 'home', () => odd(random, `{"plan":${odd(random, plan())}}`)),
    ].flat(),
  );
}

/** A number of the pool, or one that the condition names: at times as a text, or with a digit more than doubles have. */
function number(random: Random, { numbers }: Hints, pool: readonly string[]): string {
  if (numbers.length === 0 || random.chance(0.6)) return random.pick(pool);
  const named = random.pick(numbers);
  if (random.chance(0.2)) return `"${named}"`;
  if (random.chance(0.7) || /e/i.test(named)) return named;
  const [whole, fraction = ''] = named.split('.');
  return `${whole}.${fraction.padEnd(17, '0')}1`;
}

function text(random: Random, { texts }: Hints): string {
  if (texts.length === 0 || random.chance(0.55)) return JSON.stringify(random.pick(TEXTS));
  const named = random.pick(texts);
  return random.chance(0.7) || named.includes('\\') ? named : random.pick([named.toUpperCase(), named.toLowerCase()]);
}

function date(random: Random, setting: Setting, { dates, json }: Hints): string {
  if (json.includes('"anniversary"') && random.chance(0.3)) return random.pick(['"1992-02-29"', '"2024-02-29"']);
  return dates.length > 0 && random.chance(0.4) ? random.pick(dates) : JSON.stringify(randomDate(random, setting));
}

function product(random: Random): string {
  if (random.chance(0.05)) return 'null';
  const fields = [
    ['sku', () => random.pick(SKUS)],
    ['price', () => odd(random, random.pick(AMOUNTS))],
    ['limit', () => random.pick(AMOUNTS)],
  ] as const;
  const present = fields.filter(() => random.chance(0.8));
  return `{${present.map(([name, json]) => `"${name}":${json()}`).join(',')}}`;
}

/** Usually the value itself. */
function odd(random: Random, json: string): string {
  if (random.chance(0.7)) return json;
  return random.pick([
    ...['null', 'null', '[]', '[null]', '{"x":1}', '"1"', '0'],
    ...[`[${json},null,1]`, `[${json},"gold"]`, `["gold",${json}]`, `[[${json}],${json}]`],
  ]);
}

/** A field of a document: likely one that the condition names. */
function entry(random: Random, { json }: Hints, name: string, make: () => string): [string, string][] {
  const isNamed = json.includes(`"${name}"`) || json.includes(`"${name}.`);
  return random.chance(isNamed ? 0.88 : 0.3) ? [[name, make()]] : [];
}
