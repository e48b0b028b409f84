import type { OpenApiDocument } from '../open-api.ts';
import { type Contract, type ContractAnswer, type ContractRoute, type Schema, SERVICE_ACCESS } from './contract.ts';
import { PROBLEM_STATUS, type ProblemCode } from './problem-codes.ts';

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { const: 'about:blank' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable word for programs; docs/reasons.md lists all.' },
    detail: { type: 'string', description: 'What is wrong and what would be right, for people.' },
    field: { type: 'string', description: 'Path of the field at fault, such as settings.url.' },
  },
} as const;

/** The OpenAPI 3.1 document of a contract. Throws where a path and the parameters of its route differ. */
export function openApiOf(contract: Contract): OpenApiDocument {
  const access = contract.access ?? SERVICE_ACCESS;
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [id, route] of Object.entries(contract.routes)) {
    const item = (paths[route.path] ??= {});
    item[route.method.toLowerCase()] = operationOf(id, route, contract);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: contract.title,
      version: '1',
      description: contract.description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: securityOf(contract.accessByDefault ?? Object.keys(access)),
    paths,
    components: {
      securitySchemes: access,
      schemas: {
        ...(contract.errors === undefined ? { Problem: PROBLEM } : {}),
        ...(published(contract.schemas) as object),
      },
    },
  };
}

/** Errors that a route may answer with, and what each means: its own, and those that all have. */
export function problemsOf(contract: Contract, route: ContractRoute): Readonly<Partial<Record<ProblemCode, string>>> {
  const callers = route.access ?? contract.accessByDefault ?? Object.keys(contract.access ?? SERVICE_ACCESS);
  const isOpen = callers.includes('open');
  // What only operators and services may change is recorded, each change under an id.
  const changes = route.method !== 'GET' && route.readOnly !== true && callers.includes('serviceToken');
  return {
    invalid_request: 'Something in the request is wrong; "field" names it.',
    ...(isOpen ? {} : { unauthorized: 'The token is missing or wrong.' }),
    ...(changes ? { change_repeated: 'A change with this hilo-change-id was recorded before.' } : {}),
    ...(route.body === undefined
      ? {}
      : {
          too_large: 'The body is larger than this service takes.',
          unsupported_media_type: 'The body is not JSON, by its Content-Type.',
        }),
    internal_error: 'A fault of the service; its log has the details.',
    unavailable: 'A store does not answer for now. Try again after Retry-After.',
    ...route.problems,
  };
}

function operationOf(id: string, route: ContractRoute, contract: Contract) {
  const { summary, description, params = {}, query = {}, needs = [], headers = {}, body } = route;
  const named = new Set([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  if (named.size !== Object.keys(params).length || !Object.keys(params).every((name) => named.has(name)))
    throw new Error(`${id}: the path ${route.path} has other parameters than "params"`);
  const parameters = [
    ...Object.entries(params).map(([name, schema]) => parameterOf(name, 'path', schema, true)),
    ...Object.entries(query).map(([name, schema]) => parameterOf(name, 'query', schema, needs.includes(name))),
    ...Object.entries(headers).map(([name, schema]) => parameterOf(name, 'header', schema, false)),
  ];
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(route.access === undefined ? {} : { security: securityOf(route.access) }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf({ schema: body }) } }),
    responses: {
      ...(contract.errors === undefined ? problemAnswers(contract, route) : errorAnswers(contract.errors)),
      ...Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer)])),
    },
  };
}

function securityOf(names: readonly string[]) {
  return names.map((name) => (name === 'open' ? {} : { [name]: [] }));
}

function parameterOf(name: string, where: 'path' | 'query' | 'header', schema: Schema, required: boolean) {
  const { description, ...rest } = schema;
  return {
    ...{ name, in: where, required },
    ...(description === undefined ? {} : { description }),
    schema: published(rest),
  };
}

function answerOf({ description, ...content }: ContractAnswer) {
  return content.schema === undefined && content.media === undefined
    ? { description }
    : { description, content: contentOf(content) };
}

function contentOf({
  media = 'application/json',
  schema = { type: 'string' },
  files = [],
}: Omit<ContractAnswer, 'description'>) {
  const all = Object.fromEntries(files.map((file) => [file, { schema: { type: 'string' } }]));
  return { [media]: { schema: published(schema) }, ...all };
}

function errorAnswers({ schema, statuses }: NonNullable<Contract['errors']>): Readonly<Record<number, object>> {
  const answers = Object.entries(statuses).map(([status, description]) => [status, answerOf({ description, schema })]);
  return Object.fromEntries(answers) as Record<number, object>;
}

function problemAnswers(contract: Contract, route: ContractRoute): Readonly<Record<number, object>> {
  const byStatus = new Map<number, string[]>();
  for (const [code, meaning] of Object.entries(problemsOf(contract, route))) {
    const status = PROBLEM_STATUS[code as ProblemCode];
    byStatus.set(status, [...(byStatus.get(status) ?? []), `${code}: ${meaning}`]);
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    [...byStatus].map(([status, lines]) => [status, { description: lines.join(' '), content }]),
  );
}

const OWN_WORDS = new Set(['wanted', 'checkedIn', 'exact']);

/** A schema without the words that are Hilo's own. */
function published(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(published);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([word, value]) => !OWN_WORDS.has(word) || typeof value === 'object')
      .map(([word, value]) => [word, published(value)]),
  );
}
