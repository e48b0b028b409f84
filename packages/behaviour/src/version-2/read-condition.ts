import type { Condition } from './condition.ts';
import { AGGREGATES, LIMITS } from './limits.ts';
import { isObject, type Json, kindOf, type Problem, Problems } from '../language/problems.ts';
import {
  readAgeTest,
  readAggregateTest,
  readAs,
  readCountTest,
  readSelector,
  readTimes,
  readWhereOf,
} from './read-events.ts';
import { readRegular, readSequence } from './read-sequence.ts';
import { readLength, readOptional, readPathText, readValueTest } from './read-values.ts';

/** A condition, or all its faults (the first 20). */
export type ReadCondition =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** Reads parsed JSON as a condition of version 2. `field` names its place. Never throws. */
export function readCondition(json: unknown, field = 'condition'): ReadCondition {
  const reader = new ConditionReader();
  const condition = reader.condition(json, field, 1);
  const { found } = reader.problems;
  return condition === null || found.length > 0
    ? { kind: 'problems', problems: found }
    : { kind: 'condition', condition };
}

/** The name that tells a form from the others, and how the form is read. */
type Forms = Readonly<Record<string, (json: Json, field: string, depth: number) => Condition | null>>;

/** Walks the JSON once and collects faults; a null result means that there is at least one. */
class ConditionReader {
  readonly problems = new Problems();
  #conditions = 0;
  readonly #forms: Forms = {
    trait: (json, field) => this.#trait(json, field),
    did: (json, field) => this.#did(json, field),
    ...Object.fromEntries(
      AGGREGATES.map((name) => [name, (json: Json, field: string) => this.#aggregate(name, json, field)] as const),
    ),
    first: (json, field) => this.#oneEvent('first', json, field),
    last: (json, field) => this.#oneEvent('last', json, field),
    sequence: (json, field) => readSequence(this.problems, json, field, (place) => this.#counted(place)),
    regular: (json, field) => readRegular(this.problems, json, field, (place) => this.#counted(place)),
    in: (json, field) => this.#named('in', 'the key of a segment', json, field),
    list: (json, field) => this.#named('list', 'the key of a list', json, field),
    consent: (json, field) => this.#named('consent', 'a purpose', json, field),
    randomBucket: (json, field) => this.#randomBucket(json, field),
    account: (json, field, depth) => this.#account(json, field, depth),
    group: (json, field) => this.#groupTrait(json, field),
    all: (json, field, depth) => this.#members('all', json, field, depth),
    any: (json, field, depth) => this.#members('any', json, field, depth),
    not: (json, field, depth) => this.#not(json, field, depth),
  };

  condition(json: unknown, field: string, depth: number): Condition | null {
    const forms = Object.keys(this.#forms);
    if (!isObject(json)) {
      return this.problems.add(field, `must be an object with one of ${forms.join(', ')}; it is ${kindOf(json)}`);
    }
    if (depth > LIMITS.depth) return this.problems.add(field, `is nested too deep: at most ${LIMITS.depth} levels`);
    const form = forms.find((name) => Object.hasOwn(json, name));
    const read = form === undefined ? undefined : this.#forms[form];
    if (read !== undefined) return read(json, field, depth);
    return this.problems.add(field, `has none of the known forms: ${forms.join(', ')}`);
  }

  #members(form: 'all' | 'any', json: Json, field: string, depth: number): Condition | null {
    this.problems.only(json, [form], field);
    const bounds = { what: 'conditions', least: 1, most: LIMITS.conditions };
    const members = this.problems.list(json[form], `${field}.${form}`, bounds, (member, place) =>
      this.condition(member, place, depth + 1),
    );
    if (members === null) return null;
    return form === 'all' ? { all: members } : { any: members };
  }

  #not(json: Json, field: string, depth: number): Condition | null {
    this.problems.only(json, ['not'], field);
    const not = this.condition(json['not'], `${field}.not`, depth + 1);
    return not === null ? null : { not };
  }

  #trait(json: Json, field: string): Extract<Condition, { readonly trait: string }> | null {
    this.#counted(field);
    this.problems.only(json, ['trait', 'is', 'as', 'for'], field);
    const trait = readPathText(this.problems, json['trait'], `${field}.trait`);
    const is = readValueTest(this.problems, json['is'], `${field}.is`, ['trait']);
    const as = readAs(this.problems, json['as'], `${field}.as`);
    const length = readOptional(this.problems, json, 'for', field, readLength);
    if (trait === null || is === null || as === null || length === null) return null;
    return { trait, is, ...(as === undefined ? {} : { as }), ...(length === undefined ? {} : { for: length }) };
  }

  #did(json: Json, field: string): Condition | null {
    this.#counted(field);
    this.problems.only(json, ['did', 'where', 'count', 'within', 'after', 'before'], field);
    const did = readSelector(this.problems, json['did'], `${field}.did`);
    const where = readWhereOf(this.problems, json, field, (place) => this.#counted(place));
    const count = readCountTest(this.problems, json['count'], `${field}.count`);
    const times = readTimes(this.problems, json, field);
    if (did === null || where === null || count === null || times === null) return null;
    return { did, ...where, ...(count === undefined ? {} : { count }), ...times };
  }

  #aggregate(name: (typeof AGGREGATES)[number], json: Json, field: string): Condition | null {
    this.#counted(field);
    this.problems.only(json, [name, 'of', 'where', 'is', 'within', 'after', 'before'], field);
    const path = readPathText(this.problems, json[name], `${field}.${name}`);
    const of = readSelector(this.problems, json['of'], `${field}.of`);
    const where = readWhereOf(this.problems, json, field, (place) => this.#counted(place));
    const is = readAggregateTest(this.problems, json['is'], `${field}.is`);
    const times = readTimes(this.problems, json, field);
    if (path === null || of === null || where === null || is === null || times === null) return null;
    return { [name]: path, of, ...where, is, ...times } as unknown as Condition;
  }

  #oneEvent(name: 'first' | 'last', json: Json, field: string): Condition | null {
    this.#counted(field);
    this.problems.only(json, [name, 'where', 'property', 'is'], field);
    const event = readSelector(this.problems, json[name], `${field}.${name}`);
    const where = readWhereOf(this.problems, json, field, (place) => this.#counted(place));
    const property = readOptional(this.problems, json, 'property', field, readPathText);
    const is =
      property === undefined
        ? readAgeTest(this.problems, json['is'], `${field}.is`)
        : readValueTest(this.problems, json['is'], `${field}.is`, ['property', 'trait']);
    if (event === null || where === null || property === null || is === null) return null;
    return { [name]: event, ...where, ...(property === undefined ? {} : { property }), is } as unknown as Condition;
  }

  #randomBucket(json: Json, field: string): Condition | null {
    this.#counted(field);
    this.problems.only(json, ['randomBucket'], field);
    const bucket = json['randomBucket'];
    const place = `${field}.randomBucket`;
    if (!isObject(bucket)) {
      return this.problems.add(place, `must be {"from": 0, "to": 0.1, "salt": text}; it is ${kindOf(bucket)}`);
    }
    this.problems.only(bucket, ['from', 'to', 'salt'], place);
    const from = this.#share(bucket['from'], `${place}.from`);
    const to = this.#share(bucket['to'], `${place}.to`);
    const salt = this.problems.text(
      bucket['salt'],
      `${place}.salt`,
      'a text that names the division',
      LIMITS.keyCharacters,
    );
    if (from === null || to === null || salt === null) return null;
    if (from >= to) return this.problems.add(`${place}.to`, `must be greater than "from", which is ${from}`);
    return { randomBucket: { from, to, salt } };
  }

  #account(json: Json, field: string, depth: number): Condition | null {
    this.problems.only(json, ['account'], field);
    const { account } = json;
    const place = `${field}.account`;
    const quantifier = isObject(account)
      ? (['any', 'all', 'none'] as const).find((name) => name in account)
      : undefined;
    if (!isObject(account) || quantifier === undefined) {
      return this.problems.add(
        place,
        `must be {"any": condition}, {"all": condition} or {"none": condition}; it is ${kindOf(account)}`,
      );
    }
    this.problems.only(account, [quantifier], place);
    const inner = this.condition(account[quantifier], `${place}.${quantifier}`, depth + 1);
    return inner === null ? null : ({ account: { [quantifier]: inner } } as unknown as Condition);
  }

  #groupTrait(json: Json, field: string): Condition | null {
    this.problems.only(json, ['group'], field);
    const { group } = json;
    if (!isObject(group)) {
      return this.problems.add(`${field}.group`, `must be {"trait": path, "is": {…}}; it is ${kindOf(group)}`);
    }
    const trait = this.#trait(group, `${field}.group`);
    return trait === null ? null : { group: trait };
  }

  #named(form: 'in' | 'list' | 'consent', what: string, json: Json, field: string): Condition | null {
    this.#counted(field);
    this.problems.only(json, [form], field);
    const key = this.problems.text(json[form], `${field}.${form}`, what, LIMITS.keyCharacters);
    return key === null ? null : ({ [form]: key } as unknown as Condition);
  }

  #share(json: unknown, field: string): number | null {
    if (typeof json === 'number' && json >= 0 && json <= 1) return json;
    return this.problems.add(field, `must be a number from 0 to 1; it is ${kindOf(json)}`);
  }

  #counted(field: string): void {
    this.#conditions += 1;
    if (this.#conditions === LIMITS.conditions + 1) {
      this.problems.add(field, `is one too many: at most ${LIMITS.conditions} conditions, steps and tests are allowed`);
    }
  }
}
