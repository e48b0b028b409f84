import type { FastifyRequest } from 'fastify';
import { problem } from '../problem.ts';
import type { CallOf, Contract, ContractRoute, Schema } from './index.ts';
import { object } from './contract.ts';
import { type Check, validatorOf } from './validator.ts';

/** What a call is read from. */
export type RawCall = Pick<FastifyRequest, 'params' | 'query' | 'body'>;

/** Reads calls of one route, or throws a problem that says what is wrong and what would be right. */
export function callReader<const C extends Contract, Id extends keyof C['routes']>(
  contract: C,
  id: Id,
): (raw: RawCall) => CallOf<C, Id> {
  const route = contract.routes[id as string] as ContractRoute;
  const { params = {}, query = {}, needs = [], body } = route;
  const validator = validatorOf(contract);
  const optional = Object.keys(query).filter((name) => !needs.includes(name));
  const checkParams = validator.compile(object(params), 'The path');
  const checkQuery = validator.compile(object(query, optional), 'The query');
  const checkBody: Check = body === undefined ? () => undefined : validator.compile(body, 'The body');
  return (raw) => {
    const call = {
      params: valuesOf(raw.params, params),
      query: valuesOf(raw.query, query),
      body: body === undefined ? undefined : raw.body,
    };
    checkParams(call.params);
    checkQuery(call.query);
    checkBody(call.body);
    return call as CallOf<C, Id>;
  };
}

/** The known ones of an address's texts, as the values that their schemas name. Others are nobody's business. */
function valuesOf(texts: unknown, schemas: Readonly<Record<string, Schema>>): Record<string, unknown> {
  const given = (texts ?? {}) as Readonly<Record<string, unknown>>;
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const text = given[name];
    if (text === undefined) continue;
    if (schema.type === 'array') values[name] = [text].flat().map((one: unknown) => valueOf(one, schema.items ?? {}));
    else if (Array.isArray(text)) throw problem('invalid_request', `${name} must be given once.`, { field: name });
    else values[name] = valueOf(text, schema);
  }
  return values;
}

/** What a text says where a number or a truth value is wanted; else the text itself, which the check refuses then. */
function valueOf(text: unknown, { type }: Schema): unknown {
  if (typeof text !== 'string') return text;
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
