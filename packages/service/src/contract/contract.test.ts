import { readNumber } from '@hilo/exact-json';
import { Controller, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { createLogger } from '../logger.ts';
import { page, pageRequest } from '../page.ts';
import { problem } from '../problem.ts';
import { ChangesNothing } from '../record-changes.ts';
import { createServiceApp, type ServiceApp } from '../service-app.ts';
import { ContractProof } from '../testing/contract-proof.ts';
import { openApiOf } from './document.ts';
import {
  type AnswerOf,
  type BodyOf,
  type CallOf,
  type Contract,
  listOf,
  nullable,
  object,
  PAGING,
  pageOf,
  type QueryOf,
  ref,
  type SchemaOf,
} from './index.ts';
import { callReader } from './read-call.ts';
import { Route } from './route.ts';

const contract = {
  title: 'Things',
  description: 'Things of a test.',
  schemas: {
    Thing: object({ key: { type: 'string' }, size: { type: 'integer' }, parent: nullable(ref('Thing')) }, ['parent']),
    ThingDraft: object(
      {
        size: { type: 'integer', minimum: 1, maximum: 9 },
        kind: { enum: ['big', 'small'], default: 'big' },
        ids: { type: 'array', items: { type: 'string' }, maxItems: 3 },
        nested: object({ url: { type: 'string', pattern: '^https:', wanted: 'an https address' } }),
        target: { oneOf: [{ const: 'all' }, listOf({ type: 'string' })] },
        code: { type: 'integer', checkedIn: 'a file' },
      },
      ['kind', 'ids', 'nested', 'target', 'code'],
    ),
  },
  routes: {
    listThings: {
      method: 'GET',
      path: '/v1/things',
      summary: 'The things',
      query: { ...PAGING, big: { type: 'boolean' }, of: listOf({ type: 'string' }) },
      needs: ['of'],
      answers: { 200: { description: 'A page.', schema: pageOf(ref('Thing')) } },
    },
    putThing: {
      method: 'PUT',
      path: '/v1/things/{key}',
      summary: 'Create or change a thing',
      params: { key: { type: 'string', pattern: '^[a-z]+$', wanted: 'letters' } },
      body: ref('ThingDraft'),
      answers: { 201: { description: 'The thing.', schema: ref('Thing') } },
      problems: { limit_reached: 'There are nine things.' },
    },
    openThing: {
      method: 'GET',
      path: '/v1/open/{key}',
      summary: 'For everybody',
      access: ['open'],
      params: { key: { type: 'string' } },
      answers: { 204: { description: 'It is there.' } },
    },
  },
} as const satisfies Contract;

type Api = typeof contract;

@Controller()
class ThingsController {
  @Route(contract, 'listThings')
  list({ query }: CallOf<Api, 'listThings'>): AnswerOf<Api, 'listThings'> {
    const { limit } = pageRequest(query);
    return page([{ key: query.of.join(), size: limit }], limit, ({ key }) => [key]);
  }

  @Route(contract, 'putThing')
  @ChangesNothing()
  async put({ params, body }: CallOf<Api, 'putThing'>): Promise<AnswerOf<Api, 'putThing'>> {
    if (body.size === 9) throw problem('version_conflict', 'Not in the contract.');
    // As JavaScript would have it, or a row that was cast.
    const more: object = body.size === 8 ? { colour: 'red' } : {};
    return { key: params.key, size: body.size, ...more };
  }

  @Route(contract, 'openThing')
  open(): void {}
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

describe('types of a contract', () => {
  it('are those of its schemas, for callers and for handlers', () => {
    interface Thing {
      readonly key: string;
      readonly size: number;
      readonly parent?: Thing | null;
    }
    expectTypeOf<SchemaOf<Api, 'Thing'>>().toExtend<Thing>();
    expectTypeOf<Thing>().toExtend<SchemaOf<Api, 'Thing'>>();
    expectTypeOf<BodyOf<Api, 'putThing'>>().toEqualTypeOf<{
      readonly size: number;
      readonly kind?: 'big' | 'small';
      readonly ids?: readonly string[];
      readonly nested?: { readonly url: string };
      readonly target?: 'all' | readonly string[];
      readonly code?: number;
    }>();
    expectTypeOf<CallOf<Api, 'putThing'>['body']['kind']>().toEqualTypeOf<'big' | 'small'>();
    expectTypeOf<CallOf<Api, 'putThing'>['body']['code']>().toBeUnknown();
    expectTypeOf<CallOf<Api, 'putThing'>['params']>().toEqualTypeOf<{ readonly key: string }>();
    expectTypeOf<QueryOf<Api, 'listThings'>>().toEqualTypeOf<{
      readonly of: readonly string[];
      readonly limit?: number;
      readonly cursor?: string;
      readonly big?: boolean;
    }>();
    expectTypeOf<CallOf<Api, 'listThings'>['query']['limit']>().toEqualTypeOf<number>();
    expectTypeOf<AnswerOf<Api, 'openThing'>>().toBeVoid();
  });
});

describe('reading a call', () => {
  const put = callReader(contract, 'putThing');
  const list = callReader(contract, 'listThings');
  const raw = { params: { key: 'a' }, query: {}, body: {} };
  const putting = (body: unknown) => () => put({ ...raw, body });
  const listing = (query: object) => () => list({ ...raw, query: { of: 'x', ...query } });
  const refusal = (detail: string, field?: string) =>
    expect.objectContaining({ status: 400, message: detail, details: field === undefined ? {} : { field } });

  it('fills in defaults, and leaves values that other code checks as they are', () => {
    expect(put({ ...raw, body: { size: 3, code: ['any', 'thing'] } }).body).toEqual({
      ...{ size: 3, kind: 'big', code: ['any', 'thing'] },
    });
  });

  it.each<[unknown, string, string?]>([
    [[], 'The body must be a JSON object.'],
    [undefined, 'The body must be a JSON object.'],
    [readNumber('12345678901234567890'), 'The body must be a JSON object.'],
    [{}, 'size must be a whole number from 1 to 9.', 'size'],
    [{ size: '3' }, 'size must be a whole number from 1 to 9.', 'size'],
    [{ size: 10 }, 'size must be a whole number from 1 to 9.', 'size'],
    [{ size: readNumber('12345678901234567890') }, 'size must be a whole number from 1 to 9.', 'size'],
    [{ size: 3, kind: 'huge' }, 'kind must be "big" or "small".', 'kind'],
    [
      { size: 3, colour: 1 },
      'There is no field "colour" here; known are size, kind, ids, nested, target, code.',
      'colour',
    ],
    [{ sise: 3 }, 'There is no field "sise" here; known are size, kind, ids, nested, target, code.', 'sise'],
    [
      { size: 3, valueOf: 1 },
      'There is no field "valueOf" here; known are size, kind, ids, nested, target, code.',
      'valueOf',
    ],
    [{ size: 3, ids: ['a', 1] }, 'ids[1] must be a text.', 'ids'],
    [{ size: 3, ids: ['a', 'b', 'c', 'd'] }, 'ids must be a list of up to 3 items.', 'ids'],
    [{ size: 3, nested: {} }, 'nested.url must be an https address.', 'nested.url'],
    [{ size: 3, nested: { url: 'x' } }, 'nested.url must be an https address.', 'nested.url'],
    [{ size: 3, nested: { url: 'https:', x: 1 } }, 'There is no field "x" here; known are url.', 'nested.x'],
    [{ size: 3, nested: readNumber('12345678901234567890') }, 'nested must be a JSON object.', 'nested'],
    [{ size: 3, target: [1] }, 'target must be "all" or a list.', 'target'],
  ])('refuses the body %j: %s', (body, detail, field) => {
    expect(putting(body)).toThrow(refusal(detail, field));
  });

  it('refuses a part of the path', () => {
    expect(() => put({ ...raw, params: { key: 'A' }, body: { size: 1 } })).toThrow(
      refusal('key must be letters.', 'key'),
    );
  });

  it('reads numbers, truth values and lists of a query', () => {
    expect(listing({ limit: '7', big: 'false', of: ['a', 'b'], nobody: 'reads me' })().query).toEqual({
      ...{ limit: 7, big: false, of: ['a', 'b'] },
    });
    expect(listing({})().query).toEqual({ limit: 100, of: ['x'] });
  });

  it.each([
    [{ limit: '0' }, 'limit must be a whole number from 1 to 1000.', 'limit'],
    [{ limit: '1001' }, 'limit must be a whole number from 1 to 1000.', 'limit'],
    [{ limit: '-1' }, 'limit must be a whole number from 1 to 1000.', 'limit'],
    [{ limit: '1.5' }, 'limit must be a whole number from 1 to 1000.', 'limit'],
    [{ limit: '0x10' }, 'limit must be a whole number from 1 to 1000.', 'limit'],
    [{ limit: '' }, 'limit must be a whole number from 1 to 1000.', 'limit'],
    [{ limit: ['1', '2'] }, 'limit must be given once.', 'limit'],
    [{ big: '1' }, 'big must be true or false.', 'big'],
    [{ of: undefined }, 'of must be a list.', 'of'],
  ])('refuses the query %j: %s', (query, detail, field) => {
    expect(listing(query)).toThrow(refusal(detail, field));
  });
});

describe('a service with a contract', () => {
  let app: ServiceApp;
  const proof = new ContractProof(contract);
  const call = (method: 'GET' | 'PUT', url: string, payload?: object) =>
    app.instance.inject({
      ...{ method, url, headers: { authorization: 'Bearer token' } },
      ...(payload === undefined ? {} : { payload }),
    });

  beforeAll(async () => {
    app = await createServiceApp({
      ...{ name: 'things', module: ThingsModule, adminToken: 'token', openapi: openApiOf(contract) },
      ...{ logger: createLogger({ name: 'things', level: 'silent' }), ready: () => true, prepare: proof.watch },
    });
  });
  afterAll(() => app.nest.close());

  it('serves its routes at the paths, with the statuses and to those whom the contract names', async () => {
    expect(app.routeDifferences()).toEqual([]);
    expect((await call('PUT', '/v1/things/a', { size: 1 })).statusCode).toBe(201);
    expect((await app.instance.inject({ url: '/v1/open/a' })).statusCode).toBe(204);
    expect((await app.instance.inject({ url: '/v1/things?of=x' })).statusCode).toBe(401);
    expect((await call('GET', '/v1/things?of=x&of=y')).json()).toEqual({
      items: [{ key: 'x,y', size: 100 }],
      next: null,
    });
  });

  it('is proved by the answers that a test gets', async () => {
    expect(proof.breaches()).toEqual([]);
    expect(proof.unproved()).toEqual([]);
    expect(new ContractProof(contract).unproved()).toEqual(['listThings 200', 'putThing 201', 'openThing 204']);
  });

  it('is caught where it answers something else', async () => {
    await call('PUT', '/v1/things/a', { size: 8 });
    await call('PUT', '/v1/things/a', { size: 9 });
    expect(proof.breaches()).toEqual([
      'putThing 201: There is no field "colour" here; known are key, size, parent.',
      'putThing 409: the contract has no version_conflict',
    ]);
  });
});

describe('the document of a contract', () => {
  const document = openApiOf(contract);

  it('has each route with its parameters, answers and errors', () => {
    expect(document.paths['/v1/things/{key}']?.['put']).toMatchObject({
      operationId: 'putThing',
      parameters: [{ name: 'key', in: 'path', required: true, schema: { type: 'string', pattern: '^[a-z]+$' } }],
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingDraft' } } } },
      responses: {
        201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
        409: {
          description:
            'change_repeated: A change with this hilo-change-id was recorded before. limit_reached: There are nine things.',
        },
      },
    });
    expect(document.paths['/v1/open/{key}']?.['get']).toMatchObject({ security: [{}] });
  });

  it('holds no word that JSON Schema does not know', () => {
    expect(JSON.stringify(document)).not.toMatch(/"(wanted|checkedIn|exact)":/);
  });

  it('is refused where a path and its parameters differ', () => {
    const { putThing } = contract.routes;
    const wrong = { ...contract, routes: { putThing: { ...putThing, path: '/v1/things/{name}' } } };
    expect(() => openApiOf(wrong)).toThrow('putThing');
  });
});
