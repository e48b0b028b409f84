import type { JsonNumber } from '@hilo/exact-json';
import { type DurationUnit, fixedMs, lengthOf } from '../language/duration.ts';
import type {
  AbsentEvent,
  AgeTest,
  ConditionWindow,
  CountTest,
  EventSelector,
  EventTest,
  NumberTest,
  PropertyTest,
} from './condition.ts';
import { CALENDAR_WINDOWS, CALL_TYPES, LIMITS } from './limits.ts';
import { isObject, type Json, kindOf, type Problems } from '../language/problems.ts';
import {
  isAscending,
  oneOperator,
  readBound,
  readCount,
  readDateText,
  readLength,
  readNumberTest,
  readPathText,
  readValueTest,
} from './read-values.ts';

/** Notes a condition, step or test at its place: a definition may have 100 of them. */
export type Counted = (field: string) => void;

const SELECTORS = 'the name of a track call, {"type", "name"}, {"startsWith": text} or {"any": true}';

/** Which events a condition asks for. */
export function readSelector(problems: Problems, json: unknown, field: string): EventSelector | null {
  if (!isObject(json)) return problems.text(json, field, SELECTORS, LIMITS.eventCharacters);
  if ('type' in json) {
    problems.only(json, ['type', 'name'], field);
    const type = CALL_TYPES.find((one) => one === json['type']);
    if (type === undefined) {
      return problems.add(`${field}.type`, `must be one of ${CALL_TYPES.join(', ')}; it is ${kindOf(json['type'])}`);
    }
    if (json['name'] === undefined) return { type };
    if (type === 'identify') return problems.add(`${field}.name`, 'is not known here: an identify call has no name');
    const what = type === 'group' ? 'the id of a group' : `the name of a ${type}`;
    const name = problems.text(json['name'], `${field}.name`, what, LIMITS.eventCharacters);
    return name === null ? null : { type, name };
  }
  if ('startsWith' in json) {
    problems.only(json, ['startsWith'], field);
    const startsWith = problems.text(
      json['startsWith'],
      `${field}.startsWith`,
      'the beginning of a name',
      LIMITS.eventCharacters,
    );
    return startsWith === null ? null : { startsWith };
  }
  if (!('any' in json)) return problems.add(field, `must be ${SELECTORS}; it is ${kindOf(json)}`);
  problems.only(json, ['any'], field);
  return json['any'] === true
    ? { any: true }
    : problems.add(`${field}.any`, `must be true; it is ${kindOf(json['any'])}`);
}

/** All tests of an event, as the member `where`, which is absent if there are none. */
export function readWhereOf(
  problems: Problems,
  json: Json,
  field: string,
  counted: Counted,
): { readonly where?: readonly EventTest[] } | null {
  if (json['where'] === undefined) return {};
  const what = '{"property": path, "is": {…}} or {"element": path, "where": […]}';
  const bounds = { what, least: 0, most: LIMITS.conditions };
  const where = problems.list(json['where'], `${field}.where`, bounds, (test, place) =>
    readEventTest(problems, test, place, counted),
  );
  if (where === null) return null;
  return where.length === 0 ? {} : { where };
}

function readEventTest(problems: Problems, json: unknown, field: string, counted: Counted): EventTest | null {
  if (!isObject(json) || !('element' in json)) return readPropertyTest(problems, json, field, counted);
  counted(field);
  problems.only(json, ['element', 'where'], field);
  const element = readPathText(problems, json['element'], `${field}.element`);
  const what = '{"property": path, "is": {…}}';
  const where = problems.list(
    json['where'],
    `${field}.where`,
    { what, least: 1, most: LIMITS.conditions },
    (test, place) => readPropertyTest(problems, test, place, counted),
  );
  return element === null || where === null ? null : { element, where };
}

function readPropertyTest(problems: Problems, json: unknown, field: string, counted: Counted): PropertyTest | null {
  counted(field);
  if (!isObject(json)) return problems.add(field, `must be {"property": path, "is": {…}}; it is ${kindOf(json)}`);
  problems.only(json, ['property', 'is', 'as'], field);
  const property = readPathText(problems, json['property'], `${field}.property`);
  const is = readValueTest(problems, json['is'], `${field}.is`, ['property', 'trait']);
  const as = readAs(problems, json['as'], `${field}.as`);
  if (property === null || is === null || as === null) return null;
  return { property, is, ...(as === undefined ? {} : { as }) };
}

/** How values are read; undefined: as they are. */
export function readAs(problems: Problems, json: unknown, field: string): 'number' | undefined | null {
  if (json === undefined || json === 'number') return json;
  return problems.add(field, `must be "number", or absent; it is ${kindOf(json)}`);
}

/** An event that must not come between two steps. */
export function readAbsentEvent(
  problems: Problems,
  json: unknown,
  field: string,
  counted: Counted,
): AbsentEvent | null {
  counted(field);
  if (!isObject(json)) return problems.add(field, `must be {"did": event, "where": […]}; it is ${kindOf(json)}`);
  problems.only(json, ['did', 'where'], field);
  const did = readSelector(problems, json['did'], `${field}.did`);
  const where = readWhereOf(problems, json, field, counted);
  return did === null || where === null ? null : { did, ...where };
}

/** When events count. */
export interface Times {
  readonly within?: ConditionWindow;
  readonly after?: string;
  readonly before?: string;
}

/** The members `within`, `after` and `before` of a condition. */
export function readTimes(problems: Problems, json: Json, field: string): Times | null {
  const within = readWindow(problems, json['within'], `${field}.within`);
  const [after, before] = (['after', 'before'] as const).map((name) =>
    json[name] === undefined ? undefined : readDateText(problems, json[name], `${field}.${name}`),
  );
  if (within === null || after === null || before === null) return null;
  return {
    ...(within === undefined ? {} : { within }),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
}

/** A window of time; undefined: ever. */
export function readWindow(problems: Problems, json: unknown, field: string): ConditionWindow | undefined | null {
  if (json === undefined) return undefined;
  if (isObject(json)) return readBetweenLengths(problems, json, field);
  const named = CALENDAR_WINDOWS.find((one) => one === json);
  if (named !== undefined) return named;
  if (typeof json !== 'string' || !/\s|^[a-z]/.test(json)) return readLength(problems, json, field);
  return problems.add(field, `must be a length of time such as 90d, or one of ${CALENDAR_WINDOWS.join(', ')}`);
}

/** Days that the unit has at least, and at most, where the calendar decides. */
const DAYS: Readonly<Partial<Record<DurationUnit, readonly [number, number]>>> = {
  d: [1, 1],
  w: [7, 7],
  mo: [28, 31],
  y: [365, 366],
};
const DAY_MS = 86_400_000;

function readBetweenLengths(problems: Problems, json: Json, field: string): ConditionWindow | null {
  problems.only(json, ['from', 'to'], field);
  const from = readLength(problems, json['from'], `${field}.from`);
  const to = readLength(problems, json['to'], `${field}.to`);
  if (from === null || to === null) return null;
  if (extremeMs(from, 0) > extremeMs(to, 1)) return { from, to };
  return problems.add(
    `${field}.from`,
    `must be longer ago than "to" on every day of the calendar: ${from} is not longer than ${to}`,
  );
}

/** The shortest (0) or longest (1) time that the length can be. */
function extremeMs(text: string, end: 0 | 1): number {
  const duration = lengthOf(text);
  return fixedMs(duration) ?? duration.length * (DAYS[duration.unit]?.[end] ?? 1) * DAY_MS;
}

/** A test of a count; undefined: at least once. */
export function readCountTest(problems: Problems, json: unknown, field: string): CountTest | undefined | null {
  if (json === undefined) return undefined;
  return readNumberTest<number, CountTest>(
    problems,
    json,
    field,
    (bound, place) => readCount(problems, bound, place),
    (from, to) => from <= to,
  );
}

/** A test of what an aggregate makes. */
export function readAggregateTest(problems: Problems, json: unknown, field: string): NumberTest | null {
  return readNumberTest<JsonNumber, NumberTest>(
    problems,
    json,
    field,
    (bound, place) => readBound(problems, bound, place),
    isAscending,
  );
}

/** A test of how long ago an event was. */
export function readAgeTest(problems: Problems, json: unknown, field: string): AgeTest | null {
  const operator = oneOperator(problems, json, ['olderThan', 'newerThan'], field);
  if (operator === null) return null;
  const length = readLength(problems, (json as Json)[operator], `${field}.${operator}`);
  return length === null ? null : ({ [operator]: length } as unknown as AgeTest);
}
