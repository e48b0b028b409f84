import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import { isFields } from '../fields.ts';
import { type ProblemError, problem } from '../problem.ts';
import type { Contract, Schema } from './contract.ts';
import { wantedOf } from './wanted.ts';

/** Checks a value; throws a problem that names the field at fault and says what would be right. */
export type Check = (value: unknown) => void;

const ROOT = 'contract';
/** How many characters of a name a message repeats. */
const NAME_LENGTH = 100;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Compiles schemas of one contract, whose references lead to its `schemas`. With `useDefaults` a check fills in what is absent. */
export class Validator {
  readonly #schemas: Contract['schemas'];
  readonly #ajv: Ajv2020;

  constructor(schemas: Contract['schemas'], options: Pick<Options, 'useDefaults' | 'strictNumbers'>) {
    this.#schemas = schemas;
    this.#ajv = new Ajv2020({ ...options, verbose: true, allowUnionTypes: true, strictTypes: false });
    this.#ajv.addFormat('date-time', (text: string) => INSTANT.test(text) && !Number.isNaN(Date.parse(text)));
    this.#ajv.addFormat('uuid', UUID);
    this.#ajv.addFormat('uri', (text: string) => URL.canParse(text));
    for (const word of ['wanted', 'exact']) this.#ajv.addKeyword(word);
    // Numbers that a double can't hold are objects here, and none of JSON's.
    this.#ajv.addKeyword({ keyword: 'json', type: 'object', before: 'maxProperties', validate: isJsonObject });
    this.#ajv.addSchema({ $id: ROOT, $defs: prepared(schemas) });
  }

  /** Compiles a schema once. `what` names the value where no field of it is at fault, such as "The body". */
  compile(schema: Schema, what: string): Check {
    const validate = this.#ajv.compile(prepared(schema) as object);
    return (value) => {
      if (!validate(value)) throw this.#problemOf(validate, what);
    };
  }

  #problemOf({ errors }: ValidateFunction, what: string): ProblemError {
    // The errors of a choice's branches come before the one of the choice.
    const error = errors?.at(-1) as ErrorObject<string, Readonly<Record<string, string>>, unknown>;
    const parent = error.parentSchema as Schema;
    const place = error.instancePath.split('/').slice(1).map(unescaped);
    const missing = error.keyword === 'required' ? (error.params['missingProperty'] ?? '') : null;
    // A misspelt field is named rather than the one that is missing for it.
    const other =
      missing === null && error.keyword !== 'additionalProperties' ? undefined : otherOf(error.data, parent);
    if (other !== undefined) {
      const known = Object.keys(parent.properties ?? {}).join(', ');
      return refusal(`There is no field "${other}" here; known are ${known}.`, fieldOf([...place, other]));
    }
    const field = fieldOf(missing === null ? place : [...place, missing]);
    const wanted = wantedOf(missing === null ? parent : (parent.properties?.[missing] ?? {}), this.#schemas);
    return refusal(`${field === '' ? what : field} must be ${wanted}.`, field);
  }
}

const validators = new WeakMap<Contract['schemas'], Validator>();

/** The validator of a contract's calls; there is one for each contract. */
export function validatorOf({ schemas }: Contract): Validator {
  const known = validators.get(schemas) ?? new Validator(schemas, { useDefaults: true });
  validators.set(schemas, known);
  return known;
}

/** The first field of an object that a schema does not know; undefined: it knows all. */
function otherOf(value: unknown, { properties = {}, additionalProperties }: Schema): string | undefined {
  if (additionalProperties !== false) return undefined;
  const other = Object.keys(value ?? {}).find((name) => !Object.hasOwn(properties, name));
  return other === undefined ? undefined : shown(other);
}

function isJsonObject(_schema: unknown, value: unknown): boolean {
  return isFields(value);
}

/** The field of an item of a list is the list, as in every other answer; the detail names the place in it. */
function refusal(detail: string, field: string): ProblemError {
  return problem('invalid_request', detail, field === '' ? {} : { field: field.replace(/(?<=.)\[\d+\]$/, '') });
}

function fieldOf(place: readonly string[]): string {
  return place.reduce((path, name) => {
    if (/^\d+$/.test(name) && path !== '') return `${path}[${name}]`;
    return path === '' ? shown(name) : `${path}.${shown(name)}`;
  }, '');
}

function shown(name: string): string {
  return name.slice(0, NAME_LENGTH);
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** A schema as ajv takes it: references lead to the contract, and values that other code checks may be anything. */
function prepared(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(prepared);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (isCheckedElsewhere(schema)) return {};
  const { $ref, required, properties = {}, type } = schema as Schema;
  return {
    ...Object.fromEntries(
      Object.entries(schema).map(([word, value]) => [word, word === 'default' ? value : prepared(value)]),
    ),
    ...(typeof $ref === 'string' ? { $ref: $ref.replace('#/components/schemas', `${ROOT}#/$defs`) } : {}),
    ...(type === 'object' ? { json: true } : {}),
    ...(Array.isArray(required) ? { required: required.filter((name) => !isCheckedElsewhere(properties[name])) } : {}),
  };
}

function isCheckedElsewhere(schema: unknown): boolean {
  return typeof (schema as Schema | undefined)?.checkedIn === 'string';
}
