import type { RegularCondition, SequenceCondition, Step } from './condition.ts';
import { lengthOf } from '../language/duration.ts';
import { LIMITS } from './limits.ts';
import { isObject, type Json, kindOf, type Problems } from '../language/problems.ts';
import { type Counted, readAbsentEvent, readCountTest, readSelector, readWhereOf, readWindow } from './read-events.ts';
import { readLength, readOptional, readPathText } from './read-values.ts';

/** Units of a step's length: a step has no place in a calendar. */
const STEP_LENGTH = /(s|m|h|d|w)$/;
const CALENDAR_PERIODS = ['1d', '1w', '1mo', '1y'];
const STEPS = { what: 'steps', least: 1, most: LIMITS.steps };
const PATHS = { what: 'paths', least: 1, most: LIMITS.same };
const ABSENT_EVENTS = { what: '{"did": event, "where": […]}', least: 1, most: LIMITS.steps };

/** Events in an order. */
export function readSequence(
  problems: Problems,
  json: Json,
  field: string,
  counted: Counted,
): SequenceCondition | null {
  problems.only(json, ['sequence', 'within', 'span', 'same'], field);
  const list = json['sequence'];
  const place = `${field}.sequence`;
  const last = `${place}[${Array.isArray(list) ? list.length - 1 : 0}]`;
  const sequence = problems.list(list, place, STEPS, (step, at) => {
    counted(at);
    return readStep(problems, step, at, { isFirst: at === `${place}[0]`, isLast: at === last, counted });
  });
  const within = readWindow(problems, json['within'], `${field}.within`);
  const span = readOptional(problems, json, 'span', field, readStepLength);
  const same = readOptional(problems, json, 'same', field, (_, paths, at) =>
    problems.list(paths, at, PATHS, (path, one) => readPathText(problems, path, one)),
  );
  if (sequence === null || within === null || span === null || same === null) return null;
  return {
    sequence,
    ...(within === undefined ? {} : { within }),
    ...(span === undefined ? {} : { span }),
    ...(same === undefined ? {} : { same }),
  };
}

interface StepPlace {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly counted: Counted;
}

function readStep(
  problems: Problems,
  json: unknown,
  field: string,
  { isFirst, isLast, counted }: StepPlace,
): Step | null {
  if (!isObject(json)) {
    const right = '{"did": event, …}, or at the end {"none": event, "within": length}';
    return problems.add(field, `must be ${right}; it is ${kindOf(json)}`);
  }
  if ('none' in json) {
    if (isFirst || !isLast) return problems.add(field, 'may only be the last step, after another');
    return readNoneStep(problems, json, field, counted);
  }
  problems.only(json, ['did', 'where', 'within', 'without'], field);
  for (const name of ['within', 'without'].filter((one) => isFirst && json[one] !== undefined)) {
    problems.add(`${field}.${name}`, 'is not known here: no step comes before the first');
  }
  const did = readSelector(problems, json['did'], `${field}.did`);
  const where = readWhereOf(problems, json, field, counted);
  const within = readOptional(problems, json, 'within', field, readStepLength);
  const without = readOptional(problems, json, 'without', field, (_, events, at) =>
    problems.list(events, at, ABSENT_EVENTS, (event, one) => readAbsentEvent(problems, event, one, counted)),
  );
  if (did === null || where === null || within === null || without === null) return null;
  return { did, ...where, ...(within === undefined ? {} : { within }), ...(without === undefined ? {} : { without }) };
}

function readNoneStep(problems: Problems, json: Json, field: string, counted: Counted): Step | null {
  problems.only(json, ['none', 'where', 'within'], field);
  const none = readSelector(problems, json['none'], `${field}.none`);
  const where = readWhereOf(problems, json, field, counted);
  const within = readStepLength(problems, json['within'], `${field}.within`);
  return none === null || where === null || within === null ? null : { none, ...where, within };
}

function readStepLength(problems: Problems, json: unknown, field: string): string | null {
  const length = readLength(problems, json, field);
  if (length === null || STEP_LENGTH.test(length)) return length;
  return problems.add(field, `must be in s, m, h, d (24 hours) or w (7 days); it is ${length}`);
}

/** An event in so many of the last periods. */
export function readRegular(problems: Problems, json: Json, field: string, counted: Counted): RegularCondition | null {
  counted(field);
  problems.only(json, ['regular', 'where', 'count', 'periods'], field);
  const regular = readSelector(problems, json['regular'], `${field}.regular`);
  const where = readWhereOf(problems, json, field, counted);
  const count = readCountTest(problems, json['count'], `${field}.count`);
  const periods = readPeriods(problems, json['periods'], `${field}.periods`);
  if (regular === null || where === null || count === null || periods === null) return null;
  return { regular, ...where, ...(count === undefined ? {} : { count }), periods };
}

function readPeriods(problems: Problems, json: unknown, field: string): RegularCondition['periods'] | null {
  if (!isObject(json)) {
    return problems.add(field, `must be {"every": length, "atLeast": 3, "of": 4}; it is ${kindOf(json)}`);
  }
  problems.only(json, ['every', 'atLeast', 'of', 'calendar'], field);
  const every = readLength(problems, json['every'], `${field}.every`);
  const of = readWhole(problems, json['of'], `${field}.of`, LIMITS.periods);
  const atLeast = readWhole(problems, json['atLeast'], `${field}.atLeast`, of ?? LIMITS.periods);
  const { calendar } = json;
  if (calendar !== undefined && typeof calendar !== 'boolean') {
    return problems.add(`${field}.calendar`, `must be true or false; it is ${kindOf(calendar)}`);
  }
  if (every === null || atLeast === null || of === null) return null;
  if (calendar === true && !CALENDAR_PERIODS.includes(every)) {
    const right = CALENDAR_PERIODS.join(', ');
    return problems.add(`${field}.every`, `must be one of ${right} for periods of the calendar; it is ${every}`);
  }
  const { length, unit } = lengthOf(every);
  if (readLength(problems, `${length * of}${unit}`, `${field}.of`) === null) return null;
  return { every, atLeast, of, ...(calendar === undefined ? {} : { calendar }) };
}

function readWhole(problems: Problems, json: unknown, field: string, most: number): number | null {
  if (typeof json === 'number' && Number.isInteger(json) && json >= 1 && json <= most) return json;
  return problems.add(field, `must be a whole number from 1 to ${most}; it is ${kindOf(json)}`);
}
