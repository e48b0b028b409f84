import { isJsonNumber } from '@hilo/exact-json';
import {
  CONDITION_LIMITS as LIMITS,
  type Condition,
  COUNT_OPERATORS,
  type CountTest,
  type PropertyTest,
  type Scalar,
  VALUE_OPERATORS,
  type ValueTest,
} from './condition.ts';
import { readDuration } from './duration.ts';
import { readPath } from '../document/path.ts';
import { isObject, type Json, kindOf, type Problem, Problems, shown } from './problems.ts';

/** A condition, or all its faults (the first 20). */
export type ReadCondition =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

const FORMS = '{"trait", "is"}, {"did", "where", "count", "within"}, {"all": […]}, {"any": […]} or {"not": …}';

/** Reads parsed JSON as a condition. `field` names its place. Never throws. */
export function readCondition(json: unknown, field = 'condition'): ReadCondition {
  const reader = new ConditionReader();
  const condition = reader.condition(json, field, 1);
  const { found } = reader.problems;
  if (condition === null || found.length > 0) return { kind: 'problems', problems: found };
  return { kind: 'condition', condition };
}

/** Walks the JSON once and collects faults; a null result means that there is at least one. */
class ConditionReader {
  readonly problems = new Problems();
  private conditions = 0;

  condition(json: unknown, field: string, depth: number): Condition | null {
    if (!isObject(json)) return this.problems.add(field, `must be an object: ${FORMS}; it is ${kindOf(json)}`);
    if (depth > LIMITS.depth) return this.problems.add(field, `is nested too deep: at most ${LIMITS.depth} levels`);
    if ('trait' in json) return this.trait(json, field);
    if ('did' in json) return this.did(json, field);
    if ('all' in json) return this.group(json, 'all', field, depth);
    if ('any' in json) return this.group(json, 'any', field, depth);
    if (!('not' in json)) return this.problems.add(field, `has none of the known forms: ${FORMS}`);
    this.problems.only(json, ['not'], field);
    const inner = this.condition(json['not'], `${field}.not`, depth + 1);
    return inner === null ? null : { not: inner };
  }

  private group(json: Json, form: 'all' | 'any', field: string, depth: number): Condition | null {
    this.problems.only(json, [form], field);
    const place = `${field}.${form}`;
    const members = json[form];
    if (!Array.isArray(members) || members.length === 0) {
      return this.problems.add(place, `must be a list of at least one condition; it is ${kindOf(members)}`);
    }
    if (members.length > LIMITS.conditions) {
      return this.problems.add(place, `has ${members.length} conditions; at most ${LIMITS.conditions} are allowed`);
    }
    const read = members.map((member, index) => this.condition(member, `${place}[${index}]`, depth + 1));
    const whole = read.filter((member) => member !== null);
    if (whole.length < read.length) return null;
    return form === 'all' ? { all: whole } : { any: whole };
  }

  private trait(json: Json, field: string): Condition | null {
    this.counted(field);
    this.problems.only(json, ['trait', 'is'], field);
    const trait = this.path(json['trait'], `${field}.trait`);
    const is = this.valueTest(json['is'], `${field}.is`);
    return trait === null || is === null ? null : { trait, is };
  }

  private did(json: Json, field: string): Condition | null {
    this.counted(field);
    this.problems.only(json, ['did', 'where', 'count', 'within'], field);
    const did = this.problems.text(json['did'], `${field}.did`, 'the name of an event', LIMITS.eventCharacters);
    const where = json['where'] === undefined ? undefined : this.where(json['where'], `${field}.where`);
    const count = json['count'] === undefined ? undefined : this.countTest(json['count'], `${field}.count`);
    const within = json['within'] === undefined ? undefined : this.duration(json['within'], `${field}.within`);
    if (did === null || where === null || count === null || within === null) return null;
    return {
      did,
      ...(where === undefined || where.length === 0 ? {} : { where }),
      ...(count === undefined ? {} : { count }),
      ...(within === undefined ? {} : { within }),
    };
  }

  private where(json: unknown, field: string): readonly PropertyTest[] | null {
    if (!Array.isArray(json)) {
      return this.problems.add(field, `must be a list of {"property": path, "is": {…}}; it is ${kindOf(json)}`);
    }
    if (json.length > LIMITS.conditions) {
      return this.problems.add(field, `has ${json.length} tests; at most ${LIMITS.conditions} are allowed`);
    }
    const read = json.map((test: unknown, index) => this.propertyTest(test, `${field}[${index}]`));
    const whole = read.filter((test) => test !== null);
    return whole.length < read.length ? null : whole;
  }

  private propertyTest(json: unknown, field: string): PropertyTest | null {
    this.counted(field);
    if (!isObject(json))
      return this.problems.add(field, `must be {"property": path, "is": {…}}; it is ${kindOf(json)}`);
    this.problems.only(json, ['property', 'is'], field);
    const property = this.path(json['property'], `${field}.property`);
    const is = this.valueTest(json['is'], `${field}.is`);
    return property === null || is === null ? null : { property, is };
  }

  private valueTest(json: unknown, field: string): ValueTest | null {
    const operator = this.operator(json, VALUE_OPERATORS, field);
    if (operator === null) return null;
    const value = (json as Json)[operator];
    const place = `${field}.${operator}`;
    switch (operator) {
      case 'exists':
        return typeof value === 'boolean'
          ? { exists: value }
          : this.problems.add(place, `must be true or false; it is ${kindOf(value)}`);
      case 'oneOf':
        return this.oneOf(value, place);
      case 'eq':
      case 'ne': {
        const scalar = this.scalar(value, place);
        if (scalar === null) return null;
        return operator === 'eq' ? { eq: scalar } : { ne: scalar };
      }
      default:
        return this.bound(operator, value, place);
    }
  }

  private bound(operator: 'gt' | 'gte' | 'lt' | 'lte', value: unknown, field: string): ValueTest | null {
    if (!isJsonNumber(value)) return this.problems.add(field, `must be a number; it is ${kindOf(value)}`);
    return this.fits(String(value), field) ? ({ [operator]: value } as unknown as ValueTest) : null;
  }

  private oneOf(json: unknown, field: string): ValueTest | null {
    if (!Array.isArray(json) || json.length === 0 || json.length > LIMITS.oneOf) {
      return this.problems.add(
        field,
        `must be a list of 1 to ${LIMITS.oneOf} texts, numbers, true or false; it is ${kindOf(json)}`,
      );
    }
    const read = json.map((value: unknown, index) => this.scalar(value, `${field}[${index}]`));
    const whole = read.filter((value) => value !== null);
    return whole.length < read.length ? null : { oneOf: whole };
  }

  private scalar(value: unknown, field: string): Scalar | null {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'string' || isJsonNumber(value)) return this.fits(String(value), field) ? value : null;
    const hint = value === null ? '; to ask for a missing value, use {"exists": false}' : '';
    return this.problems.add(field, `must be a text, a number, true or false; it is ${kindOf(value)}${hint}`);
  }

  private fits({ length }: string, field: string): boolean {
    if (length <= LIMITS.textCharacters) return true;
    this.problems.add(field, `has ${length} characters; at most ${LIMITS.textCharacters} are allowed`);
    return false;
  }

  private countTest(json: unknown, field: string): CountTest | null {
    const operator = this.operator(json, COUNT_OPERATORS, field);
    if (operator === null) return null;
    const bound = (json as Json)[operator];
    if (typeof bound === 'number' && Number.isInteger(bound) && bound >= 0 && bound <= LIMITS.count) {
      return { [operator]: bound } as unknown as CountTest;
    }
    return this.problems.add(
      `${field}.${operator}`,
      `must be a whole number from 0 to ${LIMITS.count}; it is ${kindOf(bound)}`,
    );
  }

  private operator<Name extends string>(json: unknown, names: readonly Name[], field: string): Name | null {
    const right = `one of ${names.join(', ')}, such as {"${names[0]}": 1}`;
    if (!isObject(json)) return this.problems.add(field, `must be an object with ${right}; it is ${kindOf(json)}`);
    const given = Object.keys(json);
    const unknown = given.find((name) => !names.includes(name as Name));
    if (unknown !== undefined) return this.problems.add(`${field}.${shown(unknown)}`, `is not known; use ${right}`);
    if (given.length !== 1) {
      return this.problems.add(
        field,
        `has ${given.length} operators; use exactly ${right}, and {"all": […]} to combine several`,
      );
    }
    return given[0] as Name;
  }

  private duration(json: unknown, field: string): string | null {
    if (typeof json === 'string' && readDuration(json) !== null) return json;
    const years = LIMITS.windowYears;
    return this.problems.add(
      field,
      `must be a length of time such as 90s, 10m, 24h, 30d, 4w, 6mo or 1y, at most ${years}y`,
    );
  }

  private path(json: unknown, field: string): string | null {
    const text = this.problems.text(json, field, 'a name, or names with dots between them', LIMITS.pathCharacters);
    if (text === null || readPath(text) !== null) return text;
    return this.problems.add(
      field,
      'has an empty name, or a backslash before something other than a dot or a backslash',
    );
  }

  private counted(field: string): void {
    this.conditions += 1;
    if (this.conditions === LIMITS.conditions + 1) {
      this.problems.add(
        field,
        `is one too many: at most ${LIMITS.conditions} conditions and property tests are allowed`,
      );
    }
  }
}
