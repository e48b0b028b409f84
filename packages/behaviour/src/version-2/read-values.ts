import { canonicalNumeral, compareNumbers, isJsonNumber, type JsonNumber } from '@hilo/exact-json';
import { RE2JS } from 're2js';
import { readPath } from '../document/path.ts';
import { readDuration } from '../language/duration.ts';
import { readDate } from '../time/date.ts';
import type { Operand, Scalar, ValueTest } from './condition.ts';
import { CASE_OPERATORS, LIMITS, NUMBER_OPERATORS, VALUE_OPERATORS } from './limits.ts';
import { isObject, type Json, kindOf, type Problems, shown } from '../language/problems.ts';

/** Which paths a test may compare with. */
export type OperandPlaces = readonly ('property' | 'trait')[];

const LENGTHS = `must be a length of time such as 90s, 10m, 24h, 30d, 4w, 6mo or 1y, at most ${LIMITS.windowYears}y`;
const DATES = 'must be a day such as 2026-03-01, or an instant with an offset such as 2026-03-01T08:30:00Z';

/** A test of a number or count: `bound` reads what it compares with. */
export function readNumberTest<Bound, Test>(
  problems: Problems,
  json: unknown,
  field: string,
  bound: (value: unknown, field: string) => Bound | null,
  inOrder: (from: Bound, to: Bound) => boolean,
): Test | null {
  const operator = oneOperator(problems, json, NUMBER_OPERATORS, field);
  if (operator === null) return null;
  const value = (json as Json)[operator];
  const place = `${field}.${operator}`;
  const read = operator === 'between' ? readPair(problems, value, place, bound, inOrder) : bound(value, place);
  return read === null ? null : ({ [operator]: read } as Test);
}

/** A whole number from 0 to the largest count. */
export function readCount(problems: Problems, json: unknown, field: string): number | null {
  if (typeof json === 'number' && Number.isInteger(json) && json >= 0 && json <= LIMITS.count) return json;
  return problems.add(field, `must be a whole number from 0 to ${LIMITS.count}; it is ${kindOf(json)}`);
}

/** A number that an aggregate can be compared with. */
export function readBound(problems: Problems, json: unknown, field: string): JsonNumber | null {
  if (!isJsonNumber(json)) return problems.add(field, `must be a number; it is ${kindOf(json)}`);
  if (hasPlainDigits(json)) return json;
  const { integerDigits, fractionDigits } = LIMITS;
  return problems.add(
    field,
    `must have at most ${integerDigits} digits before and ${fractionDigits} after the decimal point; it is ${kindOf(json)}`,
  );
}

/** True if the second number is not smaller. */
export function isAscending(from: JsonNumber, to: JsonNumber): boolean {
  return compareNumbers(from, to) <= 0;
}

/** True for a number with at most 20 digits before and 18 after the decimal point: aggregates leave out others. */
export function hasPlainDigits(number: JsonNumber): boolean {
  const [, , digits = '', exponent = '0'] = /^(-?)0?\.?(\d*)(?:e(-?\d+))?$/.exec(canonicalNumeral(number)) ?? [];
  const places = Number(exponent);
  if (digits === '') return true;
  return places <= LIMITS.integerDigits && digits.length - places <= LIMITS.fractionDigits;
}

/** A test of a value at a path. */
export function readValueTest(
  problems: Problems,
  json: unknown,
  field: string,
  places: OperandPlaces,
): ValueTest | null {
  const folds = isObject(json) && 'ignoreCase' in json;
  const { ignoreCase, ...rest } = isObject(json) ? json : { ignoreCase: undefined };
  const operator = oneOperator(problems, isObject(json) ? rest : json, VALUE_OPERATORS, field);
  if (operator === null) return null;
  const value = (json as Json)[operator];
  const test = readOperator(problems, operator, value, `${field}.${operator}`, places);
  if (!folds) return test;
  if (typeof ignoreCase !== 'boolean') {
    return problems.add(`${field}.ignoreCase`, `must be true or false; it is ${kindOf(ignoreCase)}`);
  }
  const comparesTexts = [value].flat().some((one) => typeof one === 'string' || isObject(one));
  if (!(CASE_OPERATORS as readonly string[]).includes(operator) || !comparesTexts) {
    return problems.add(`${field}.ignoreCase`, `belongs beside ${CASE_OPERATORS.join(', ')} of a text`);
  }
  return test === null ? null : ({ ...test, ignoreCase } as ValueTest);
}

function readOperator(
  problems: Problems,
  operator: (typeof VALUE_OPERATORS)[number],
  value: unknown,
  field: string,
  places: OperandPlaces,
): ValueTest | null {
  const made = (read: unknown): ValueTest | null =>
    read === null ? null : ({ [operator]: read } as unknown as ValueTest);
  switch (operator) {
    case 'exists':
      return typeof value === 'boolean'
        ? { exists: value }
        : problems.add(field, `must be true or false; it is ${kindOf(value)}`);
    case 'eq':
    case 'ne':
      return made(isObject(value) ? readOperand(problems, value, field, places) : readScalar(problems, value, field));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return made(isObject(value) ? readOperand(problems, value, field, places) : readNumber(problems, value, field));
    case 'between':
      return made(readPair(problems, value, field, (one, place) => readNumber(problems, one, place), isAscending));
    case 'oneOf':
      return made(
        problems.list(
          value,
          field,
          { what: 'texts, numbers, true or false', least: 1, most: LIMITS.oneOf },
          (one, place) => readScalar(problems, one, place),
        ),
      );
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return made(problems.text(value, field, 'a text', LIMITS.textCharacters));
    case 'matches':
      return made(readPattern(problems, value, field));
    case 'before':
    case 'after':
      return made(readDateText(problems, value, field));
    case 'withinLast':
    case 'withinNext':
      return made(readLength(problems, value, field));
    case 'anniversary':
      return made(readAnniversary(problems, value, field));
  }
}

/** A length of time, as it was written. */
export function readLength(problems: Problems, json: unknown, field: string): string | null {
  return typeof json === 'string' && readDuration(json) !== null
    ? json
    : problems.add(field, `${LENGTHS}; it is ${kindOf(json)}`);
}

/** A day or an instant, as it was written. */
export function readDateText(problems: Problems, json: unknown, field: string): string | null {
  return typeof json === 'string' && readDate(json) !== null
    ? json
    : problems.add(field, `${DATES}; it is ${kindOf(json)}`);
}

/** A path, as it was written. */
export function readPathText(problems: Problems, json: unknown, field: string): string | null {
  const text = problems.text(json, field, 'a name, or names with dots between them', LIMITS.pathCharacters);
  if (text === null || readPath(text) !== null) return text;
  return problems.add(field, 'has an empty name, or a backslash before something other than a dot or a backslash');
}

function readOperand(problems: Problems, json: Json, field: string, places: OperandPlaces): Operand | null {
  const right = places.map((place) => `{"${place}": path}`).join(' or ');
  const place = places.find((one) => one in json);
  if (place === undefined) return problems.add(field, `must be a value, or ${right} to compare with what stands there`);
  problems.only(json, [place], field);
  const path = readPathText(problems, json[place], `${field}.${place}`);
  return path === null ? null : ({ [place]: path } as unknown as Operand);
}

function readAnniversary(problems: Problems, json: unknown, field: string): object | 'today' | null {
  if (json === 'today') return json;
  const operator = oneOperator(problems, json, ['withinNext', 'withinLast'], field, '"today" or ');
  if (operator === null) return null;
  const length = readLength(problems, (json as Json)[operator], `${field}.${operator}`);
  return length === null ? null : { [operator]: length };
}

function readPattern(problems: Problems, json: unknown, field: string): string | null {
  const pattern = problems.text(json, field, 'a regular expression (RE2)', LIMITS.patternCharacters);
  if (pattern === null) return null;
  try {
    RE2JS.compile(pattern);
    return pattern;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return problems.add(
      field,
      `is no regular expression of RE2, which has neither look-around nor back-references: ${reason}`,
    );
  }
}

function readPair<Bound>(
  problems: Problems,
  json: unknown,
  field: string,
  bound: (value: unknown, field: string) => Bound | null,
  inOrder: (from: Bound, to: Bound) => boolean,
): readonly [Bound, Bound] | null {
  const pair = problems.list(json, field, { what: 'numbers', least: 2, most: 2 }, bound);
  if (pair === null) return null;
  const [from, to] = pair as [Bound, Bound];
  if (inOrder(from, to)) return [from, to];
  return problems.add(field, `must begin with the smaller number: [${String(to)}, ${String(from)}]`);
}

function readNumber(problems: Problems, json: unknown, field: string): JsonNumber | null {
  if (!isJsonNumber(json)) return problems.add(field, `must be a number; it is ${kindOf(json)}`);
  return fits(problems, String(json), field) ? json : null;
}

function readScalar(problems: Problems, json: unknown, field: string): Scalar | null {
  if (typeof json === 'boolean') return json;
  if (typeof json === 'string' || isJsonNumber(json)) return fits(problems, String(json), field) ? json : null;
  const hint = json === null ? '; to ask for a missing value, use {"exists": false}' : '';
  return problems.add(field, `must be a text, a number, true or false; it is ${kindOf(json)}${hint}`);
}

function fits(problems: Problems, { length }: string, field: string): boolean {
  if (length <= LIMITS.textCharacters) return true;
  problems.add(field, `has ${length} characters; at most ${LIMITS.textCharacters} are allowed`);
  return false;
}

/** The one name among `names` that the object has. */
export function oneOperator<Name extends string>(
  problems: Problems,
  json: unknown,
  names: readonly Name[],
  field: string,
  otherwise = '',
): Name | null {
  const right = `one of ${names.join(', ')}`;
  if (!isObject(json)) return problems.add(field, `must be ${otherwise}an object with ${right}; it is ${kindOf(json)}`);
  const given = Object.keys(json);
  const unknown = given.find((name) => !names.includes(name as Name));
  if (unknown !== undefined) return problems.add(`${field}.${shown(unknown)}`, `is not known; use ${right}`);
  if (given.length === 1) return given[0] as Name;
  return problems.add(
    field,
    `has ${given.length} operators; use exactly ${right}, and {"all": […]} to combine several`,
  );
}

/** The member of that name as `read` reads it; undefined if there is none. */
export function readOptional<T>(
  problems: Problems,
  json: Json,
  name: string,
  field: string,
  read: (problems: Problems, value: unknown, field: string) => T | null,
): T | undefined | null {
  return json[name] === undefined ? undefined : read(problems, json[name], `${field}.${name}`);
}
