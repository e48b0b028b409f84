import type { SentObject, SentValue } from './json-corpus.ts';

/** A value as the columns `…_values` and `…_items` of ClickHouse hold it; `place` is null outside lists. */
export interface StoredValue {
  readonly path: string;
  readonly place: string | null;
  readonly type: string;
  readonly text: string;
}

/** What the columns must hold of an object that was sent, in the object's order. */
export function storedValues(object: SentObject): readonly StoredValue[] {
  const stored: StoredValue[] = [];
  const take = (value: SentValue, names: readonly string[], indices: readonly (readonly number[])[]): void => {
    if (value.kind === 'object' && value.members.size > 0)
      for (const [name, member] of wellFormed(value.members)) take(member, [...names, name], [...indices, []]);
    else if (value.kind === 'list' && value.elements.length > 0)
      value.elements.forEach((element, index) => {
        const [own = [], ...outer] = indices.toReversed();
        take(element, names, [...outer.reverse(), [...own, index]]);
      });
    else
      stored.push({
        path: names.map((name) => name.replaceAll(/[.\\]/g, '\\$&')).join('.'),
        place: indices.every((own) => own.length === 0) ? null : indices.map((own) => own.join('.')).join('/'),
        ...storedScalar(value),
      });
  };
  if (object.members.size > 0) take(object, [], []);
  return stored;
}

function storedScalar(value: SentValue): Pick<StoredValue, 'type' | 'text'> {
  if (value.kind === 'object') return { type: 'empty_object', text: '{}' };
  if (value.kind === 'list') return { type: 'empty_list', text: '[]' };
  return { type: value.kind, text: value.text.toWellFormed() };
}

/**
 * What the view shows of an object that was sent, parsed. Members that are null, and objects without anything to show, are
 * not there; a number that neither a double nor an integer of 64 bits holds is a text, and so is a long integer in a list;
 * a dot in a name is `%2E`, and half of a surrogate pair U+FFFD.
 */
export function shownObject(object: SentObject): Readonly<Record<string, unknown>> {
  return shown(object, false) as Readonly<Record<string, unknown>>;
}

function shown(value: SentValue, inListOfLong: boolean): unknown {
  switch (value.kind) {
    case 'object': {
      const members = [...wellFormed(value.members)]
        .map(([name, member]) => [shownName(name), shown(member, false), member] as const)
        .filter(([, result, member]) => result !== null && !(member.kind === 'object' && isEmpty(result)));
      return Object.fromEntries(members.map(([name, result]) => [name, result]));
    }
    case 'list': {
      const isLong = inListOfLong || value.elements.some(hasLongInteger);
      return value.elements.map((element) => shown(element, isLong));
    }
    case 'number':
      return shownNumber(value.text, inListOfLong);
    case 'boolean':
      return value.text === 'true';
    case 'null':
      return null;
    default:
      return value.text.toWellFormed();
  }
}

function shownName(name: string): string {
  return name.replaceAll(/%2e/gi, (escaped) => `%25${escaped.slice(1)}`).replaceAll('.', '%2E');
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function hasLongInteger(value: SentValue): boolean {
  if (value.kind === 'list') return value.elements.some(hasLongInteger);
  return value.kind === 'number' && isLongInteger(value.text);
}

function isLongInteger(number: string): boolean {
  return /^-?[0-9]+$/.test(number) && number.length <= 21 && BigInt(number) !== BigInt(Number(number).toFixed(0))
    ? true
    : /^-?[0-9]{16,20}$/.test(number) && !Number.isSafeInteger(Number(number));
}

/** Numbers differ by their digits: a double as JavaScript prints it, an integer as it is. */
function shownNumber(number: string, inListOfLong: boolean): unknown {
  if (/^-?[0-9]+$/.test(number)) {
    const value = BigInt(number);
    if (value < -(2n ** 63n) || value >= 2n ** 64n || (inListOfLong && isLongInteger(number))) return number;
    return number.length <= 15 ? Number(number) : value.toString();
  }
  const double = Number(number);
  return Number.isFinite(double) && sameDecimal(number, String(double)) ? double : number;
}

/** Whether two numbers are equal to the digit, whatever their notation. */
export function sameDecimal(one: string, other: string): boolean {
  return scaled(one) === scaled(other);
}

function scaled(number: string): string {
  const [, sign = '', integer = '', fraction = '', exponent = '0'] =
    /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(number) ?? [];
  const digits = `${integer}${fraction}`.replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed === '') return '0';
  return `${sign}${trimmed}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - trimmed.length)}`;
}

/** Members with names that UTF-8 can hold; two that would be one stay two. */
function wellFormed(members: ReadonlyMap<string, SentValue>): ReadonlyMap<string, SentValue> {
  const taken = new Map<string, SentValue>();
  for (const [name, value] of members) {
    let free = name.toWellFormed();
    while (free !== name && (members.has(free) || taken.has(free))) free += '\ufffd';
    taken.set(free, value);
  }
  return taken;
}
