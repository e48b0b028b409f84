import type { ProblemCode } from './problem-codes.ts';

type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object';
type Scalar = string | number | boolean | null;

/**
 * The part of JSON Schema 2020-12 that contracts use. The types (`Value`), the validator and the OpenAPI document that are made
 * from a contract understand every word of it; the compiler refuses other words.
 */
export interface Schema {
  readonly $ref?: `#/components/schemas/${string}`;
  readonly type?: JsonType | readonly JsonType[];
  readonly const?: Scalar;
  readonly enum?: readonly Scalar[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: 'date-time' | 'uri' | 'uuid';
  readonly minimum?: number;
  readonly maximum?: number;
  /** The reader of a call fills it in, so that handlers never see the field absent. */
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly description?: string;
  /** What would be right, as the end of "name must be …". Absent: words made from the rest of the schema. Not in documents. */
  readonly wanted?: string;
  /** The file whose code checks this value, and that it is there; handlers get it as `unknown`. Not in documents. */
  readonly checkedIn?: string;
  /** True where numbers keep digits that a double can't hold: their type is `JsonNumber`. Not in documents. */
  readonly exact?: true;
}

/** One answer of a route, by its status. Without a schema it has no body. */
export interface ContractAnswer {
  readonly description: string;
  readonly schema?: Schema;
  /** Media type; `application/json` where it is absent. The schema of a stream is that of its messages. */
  readonly media?: string;
  /** Media types of the files that it comes as instead, if the caller asks for one. */
  readonly files?: readonly string[];
}

/** One route: what it takes and everything that it answers with. */
export interface ContractRoute {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Such as `/v1/sources/{key}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Parts of the path, by name. */
  readonly params?: Readonly<Record<string, Schema>>;
  /** Parameters of the query, by name; optional unless `needs` names them. A list is given by repeating the parameter. */
  readonly query?: Readonly<Record<string, Schema>>;
  readonly needs?: readonly string[];
  /** Headers that it reads, by name. They are documented only: the code that reads them checks them. */
  readonly headers?: Readonly<Record<string, Schema>>;
  readonly body?: Schema;
  /** By status; `default`: whatever another service answers, errors included. */
  readonly answers: Readonly<Record<number, ContractAnswer>> & { readonly default?: ContractAnswer };
  /** Errors of its own, and what each means here. Those that every route has (`commonProblems`) are not repeated. */
  readonly problems?: Readonly<Partial<Record<ProblemCode, string>>>;
  /** Whom it lets in: names from the contract's `access`, and `open` for everybody. Absent: as the contract says. */
  readonly access?: readonly string[];
  /** True for a POST that only asks: no change of it is recorded. */
  readonly readOnly?: true;
}

/**
 * The HTTP API of one service as plain data, the only place where it is written down. From it come the types of calls and
 * answers (`CallOf`, `AnswerOf`, `SchemaOf`), the validator (`Route`) and the OpenAPI document (`openApiOf`).
 */
export interface Contract {
  readonly title: string;
  readonly description: string;
  /** By name; `ref('Name')` points to them. */
  readonly schemas: Readonly<Record<string, Schema>>;
  /** By operation id. */
  readonly routes: Readonly<Record<string, ContractRoute>>;
  /** Ways to be let in, as OpenAPI's security schemes. Absent: those of operators and of services. */
  readonly access?: Readonly<Record<string, object>>;
  /** Names of those that let a caller in wherever a route doesn't say. Absent: all. */
  readonly accessByDefault?: readonly string[];
  /** Errors in another form than problems, for an API whose form somebody else has set: their schema, and the meaning of each status. */
  readonly errors?: { readonly schema: Schema; readonly statuses: Readonly<Record<number, string>> };
}

/** Callers that may do everything: operators, and other services. Their changes are recorded. */
export const SERVICE_ACCESS = {
  adminToken: { type: 'http', scheme: 'bearer', description: 'The admin token.' },
  serviceToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token that another service of Hilo signs (EdDSA), for a minute and this service alone.',
  },
} as const;

/** Points to one of the contract's schemas. */
export function ref<const Name extends string>(name: Name) {
  return { $ref: `#/components/schemas/${name}` } as const;
}

/** An object with these properties and no others; all are required but the optional ones. */
export function object<
  const Properties extends Readonly<Record<string, Schema>>,
  const Optional extends keyof Properties & string = never,
>(properties: Properties, optional: readonly Optional[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.some((other) => other === name));
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    required: required as Exclude<keyof Properties & string, Optional>[],
  } as const;
}

/** A list of values of one schema. */
export function listOf<const Items extends Schema>(items: Items) {
  return { type: 'array', items } as const;
}

/** A value of a schema, or null. */
export function nullable<const Inner extends Schema>(inner: Inner) {
  return { oneOf: [inner, { type: 'null' }] } as const;
}

/** One page of a list, as `page` makes it. */
export function pageOf<const Items extends Schema>(items: Items) {
  return object({
    items: { type: 'array', items },
    next: { type: ['string', 'null'], description: 'The cursor of the next page; null at the end.' },
  });
}

/** The parameters of every list that comes in pages. */
export const PAGING = {
  limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100, description: 'Items on the page.' },
  cursor: { type: 'string', description: 'The "next" of the page before.' },
} as const satisfies Readonly<Record<string, Schema>>;

/** A moment. */
export const TIME = { type: 'string', format: 'date-time' } as const satisfies Schema;

/** A moment, or null. */
export const TIME_OR_NULL = { type: ['string', 'null'], format: 'date-time' } as const satisfies Schema;

/**
 * The time of an event, which its producer's clock may have put anywhere. It has no `format`: RFC 3339 ends with the year 9999, and
 * years outside of 0 to 9999 are written with a sign and six digits, as ECMAScript does.
 */
export const EVENT_TIME = {
  type: ['string', 'null'],
  description: 'In UTC, by ISO 8601. A year outside of 0 to 9999 has a sign and six digits.',
  examples: ['2026-01-31T12:00:00.000Z', '+010000-01-01T00:00:00.000Z'],
} as const satisfies Schema;
