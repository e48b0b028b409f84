/** A JSON value as a producer means it: numbers by their digits, texts by their UTF-16 code units. */
export type SentValue =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'null'; readonly text: string }
  | { readonly kind: 'list'; readonly elements: readonly SentValue[] }
  | SentObject;

/** An object as JavaScript reads it: of members with the same name, the last. */
export interface SentObject {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, SentValue>;
}

/** A JSON object as it is sent, and what it means. */
export interface SentJson {
  readonly text: string;
  readonly object: SentObject;
}

const NAMES = [
  ...['revenue', 'name', 'a', 'b', 'a.b', 'a.b.c', '', '.', '..', 'a\\', 'a\\.b', '%2E', 'a%2Eb', '%', 'products[]'],
  ...['__proto__', 'constructor', 'toString', '0', '1', 'true', 'null', ' ', 'a b', "'", '"', '`', '\u0000', '\n', 'é'],
  ...['日本', '😀', '\u2028', '\ufeff', '\ud83d', '\ude00', '\ufffd', 'type', 'text', 'number', 'properties', 'traits'],
];

const TEXTS = [
  ...['', ' ', '0', '5', '12.50', '-3', '007', '1e3', '1 pc', 'n/a', 'NaN', 'Infinity', 'null', 'true', '{}', '[]'],
  ...['2015-10-30T14:10:00+0100', '2020-01-01', '2020-01-01 00:00:00', '10:00', '0001-01-01T00:00:00Z', '127.0.0.1'],
  ...[
    'cut \ud83d',
    '\ude00 cut',
    'whole 😀',
    'a\u0000b',
    '\u001f',
    '\t\r\n',
    '"quoted"',
    "it's",
    'back\\slash',
    '\u2028',
  ],
  ...['<script>', "'; DROP TABLE", '\ufffd', '\uffff', 'ｆｕｌｌ', 'e\u0301', '99999999999999999999.5', '1'.repeat(40)],
];

const NUMBERS = [
  ...['0', '-0', '1', '-1', '0.1', '12.50', '1e3', '1E+3', '1.5e-7', '-0.0', '0e99', '2.3600000000000003', '1e21'],
  ...['9007199254740991', '9007199254740993', '-9007199254740993', '9223372036854775807', '9223372036854775808'],
  ...['-9223372036854775808', '-9223372036854775809', '18446744073709551615', '18446744073709551616'],
  ...['12345678901234567890123', '0.12345678901234567891', '0.1234567890123456789', '99999999999999999999.5'],
  ...['1e400', '-1e400', '1e-400', '5e-324', '1.7976931348623157e308', '1234567890123456789', '1e99999999999'],
  ...['3.141592653589793238462643383279', '123456789.123456789123456789', '0.00000000000000000000000001'],
];

/** Numbers that look random and are the same for the same seed. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  }

  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % end;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}

/**
 * JSON objects of every shape, the same for the same seed: all kinds of values, nesting, lists of everything, texts and
 * names of all Unicode (including lone surrogates, as `\ud83d`), numbers of any length, repeated names, names with
 * dots, empty names, escapes and spaces wherever JSON allows them. Each is at most some kilobytes long.
 */
export function jsonCorpus(seed: number, count: number): readonly SentJson[] {
  return Array.from({ length: count }, (_, number) => {
    const dice = new Dice(seed * 1_000_003 + number);
    for (let turn = 0; turn < 5; turn += 1) dice.below(2);
    const deepest = dice.pick([1, 2, 2, 3, 3, 4, 6, 20]);
    const object = anObject(dice, deepest);
    return { text: written(object.sent, dice), object: object.meant };
  });
}

/** A value with its written form: an object's members also if a later one has their name. */
interface Made<T extends SentValue = SentValue> {
  readonly meant: T;
  readonly sent: Sent;
}

type Sent =
  | { readonly scalar: SentValue }
  | { readonly list: readonly Sent[] }
  | { readonly members: readonly (readonly [string, Sent])[] };

function aValue(dice: Dice, deepest: number): Made {
  const kind = dice.below(deepest > 0 ? 12 : 8);
  if (kind < 3) return scalar({ kind: 'text', text: aText(dice, 2000) });
  if (kind < 6) return scalar({ kind: 'number', text: aNumber(dice) });
  if (kind === 6) return scalar({ kind: 'boolean', text: dice.pick(['true', 'false']) });
  if (kind === 7) return scalar({ kind: 'null', text: 'null' });
  return kind < 10 ? anObject(dice, deepest - 1) : aList(dice, deepest - 1);
}

function scalar(meant: SentValue): Made {
  return { meant, sent: { scalar: meant } };
}

function anObject(dice: Dice, deepest: number): Made<SentObject> {
  const members = new Map<string, SentValue>();
  const sent: (readonly [string, Sent])[] = [];
  for (let left = dice.below(deepest > 8 ? 3 : 7); left > 0; left -= 1) {
    const name = dice.below(8) === 0 ? aText(dice, 12) : dice.pick(NAMES);
    const value = aValue(dice, deepest);
    members.delete(name);
    members.set(name, value.meant);
    sent.push([name, value.sent]);
  }
  return { meant: { kind: 'object', members }, sent: { members: sent } };
}

/** A list of anything, or of values that resemble each other, as producers send them. */
function aList(dice: Dice, deepest: number): Made {
  const length = dice.below(5);
  const one = dice.below(2) === 0 ? dice.below(1_000_000) : null;
  const made = Array.from({ length }, (_, index) =>
    one === null ? aValue(dice, deepest) : aValue(new Dice(one + index * 2), deepest),
  );
  return {
    meant: { kind: 'list', elements: made.map(({ meant }) => meant) },
    sent: { list: made.map(({ sent }) => sent) },
  };
}

function aText(dice: Dice, longest: number): string {
  if (dice.below(3) > 0) return dice.pick(TEXTS).slice(0, longest);
  const length = dice.below(50) === 0 ? longest : dice.below(12);
  return Array.from({ length }, () => String.fromCharCode(dice.pick([dice.below(128), dice.below(0x10000)]))).join('');
}

function aNumber(dice: Dice): string {
  if (dice.below(2) === 0) return dice.pick(NUMBERS);
  const digits = (length: number) => Array.from({ length }, () => dice.below(10)).join('');
  const integer = digits(1 + dice.below(dice.pick([3, 10, 30]))).replace(/^0+(?=[0-9])/, '');
  const fraction = dice.below(2) === 0 ? '' : `.${digits(1 + dice.below(dice.pick([2, 20])))}`;
  const exponent = dice.below(6) === 0 ? `${dice.pick(['e', 'E', 'e+', 'e-'])}${dice.below(dice.pick([4, 400]))}` : '';
  return `${dice.pick(['', '-'])}${integer}${fraction}${exponent}`;
}

function written(sent: Sent, dice: Dice): string {
  const space = () => (dice.below(12) === 0 ? dice.pick([' ', '\n', '\t', '\r\n ']) : '');
  if ('list' in sent) return `[${space()}${sent.list.map((one) => written(one, dice)).join(`${space()},${space()}`)}]`;
  if ('members' in sent) {
    const members = sent.members.map(
      ([name, value]) => `${quoted(name, dice)}${space()}:${space()}${written(value, dice)}`,
    );
    return `{${space()}${members.join(`,${space()}`)}${space()}}`;
  }
  const { scalar: value } = sent;
  if (value.kind === 'text') return quoted(value.text, dice);
  return 'text' in value ? value.text : '';
}

/** A quoted text; sometimes with needless escapes. */
function quoted(text: string, dice: Dice): string {
  const needed = JSON.stringify(text);
  if (dice.below(8) > 0) return needed;
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index).toString(16).padStart(4, '0'));
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}
