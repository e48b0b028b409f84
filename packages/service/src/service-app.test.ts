import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Body, Controller, Delete, Get, HttpCode, Module, Param, Post, Put } from '@nestjs/common';
import { isJsonNumber, readNumber } from '@hilo/exact-json';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Public } from './bearer-guard.ts';
import { object } from './contract/contract.ts';
import { Validator } from './contract/validator.ts';
import { type Fields, readField } from './fields.ts';
import { createLogger } from './logger.ts';
import { MemoryChanges } from './memory-changes.ts';
import type { OpenApiDocument } from './open-api.ts';
import { problem } from './problem.ts';
import { ChangesNothing, Recorded } from './record-changes.ts';
import { type ServiceApp, createServiceApp } from './service-app.ts';
import { testKeysOf } from './testing/test-keys.ts';

const CHECK = new Validator({}, {}).compile(object({ size: { checkedIn: 'the handler' } }), 'The body');

@Controller('/v1/things')
class ThingsController {
  @Public()
  @Get('open')
  open(): object {
    return { open: true };
  }

  @Get('broken')
  broken(): object {
    throw new TypeError('a bug with a secret');
  }

  @Get('away')
  unavailable(): object {
    throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
  }

  @Get(':key')
  get(@Param('key') key: string): object {
    if (key === 'none') throw problem('not_found', 'There is no thing "none".', { field: 'key' });
    return { key };
  }

  @Put(':key')
  @ChangesNothing()
  put(@Body() body: Fields): object {
    CHECK(body);
    return {
      size: readField(body, 'size', 'a number', (value) => (isJsonNumber(value) ? value : undefined)),
    };
  }

  @Post(':key/again')
  @ChangesNothing()
  again(@Body() body: unknown): object {
    return { body: body ?? 'none' };
  }

  @Delete(':key')
  @ChangesNothing()
  @HttpCode(204)
  remove(@Param('key') _key: string): void {}
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: {
    '/v1/things/{key}': { get: {}, put: {}, delete: {} },
    '/v1/things/{key}/again': { post: {} },
    '/v1/things/open': { get: {} },
    '/v1/things/broken': { get: {} },
    '/v1/things/away': { get: {} },
    '/v1/files/{path}': { get: {} },
  },
};

const THINGS = {
  name: 'things',
  module: ThingsModule,
  adminToken: 'token',
  openapi,
  logger: createLogger({ name: 'things', level: 'silent' }),
};

describe('a service application', () => {
  let app: ServiceApp;
  let isReady = false;
  const authorization = 'Bearer token';
  const call = (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    options: { headers?: Record<string, string>; payload?: string } = {},
  ) => app.instance.inject({ method, url, headers: { authorization, ...options.headers }, payload: options.payload });

  beforeAll(async () => {
    app = await createServiceApp({
      ...THINGS,
      ready: () => isReady,
      prepare: (instance) => void instance.get('/v1/files/*', () => ({ file: true })),
      http: { bodyBytes: 100 },
    });
  });
  afterAll(() => app.nest.close());

  it('wants the admin token wherever a handler is not public', async () => {
    expect((await call('GET', '/v1/things/a')).json()).toEqual({ key: 'a' });
    expect((await call('GET', '/v1/things/open', { headers: { authorization: '' } })).statusCode).toBe(200);
    for (const wrong of ['', 'Bearer', 'Bearer other', 'Basic token', 'token']) {
      const answer = await call('GET', '/v1/things/a', { headers: { authorization: wrong } });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('lets in whoever has the token of a service, and answers every other token in one way', async () => {
    const [caller, stranger] = [testKeysOf('console'), testKeysOf('console')];
    const { instance, nest } = await createServiceApp({
      ...{ ...THINGS, name: 'identity', adminToken: null, callerKeys: caller.callerKeys, ready: () => true },
    });
    const ask = (token: string) =>
      instance.inject({ url: '/v1/things/a', headers: { authorization: `Bearer ${token}` } });
    expect((await ask(await caller.tokens.tokenFor('identity'))).json()).toEqual({ key: 'a' });
    const wrong = [
      await caller.tokens.tokenFor('history'),
      await stranger.tokens.tokenFor('identity'),
      `${await caller.tokens.tokenFor('identity')}x`,
      'token',
    ];
    const answers = await Promise.all(wrong.map(ask));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(wrong.map(() => 401));
    expect(new Set(answers.map(({ body, headers }) => body + headers['www-authenticate'])).size).toBe(1);
    await nest.close();
  });

  it('answers problems as RFC 9457 has them, naming the field', async () => {
    expect((await call('GET', '/v1/things/none')).json()).toEqual({
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      code: 'not_found',
      detail: 'There is no thing "none".',
      field: 'key',
    });
    const headers = { 'content-type': 'application/json' };
    expect((await call('PUT', '/v1/things/a', { headers, payload: '{"size":"x"}' })).json().field).toBe('size');
    expect((await call('PUT', '/v1/things/a', { headers, payload: '{"sise":1}' })).json().field).toBe('sise');
    expect((await call('PUT', '/v1/things/a', { headers, payload: '[]' })).statusCode).toBe(400);
  });

  it('answers what the framework refuses as a problem too', async () => {
    const json = { 'content-type': 'application/json' };
    const cases = [
      [await call('GET', '/nowhere'), 404],
      [await call('PUT', '/v1/things/a', { headers: json, payload: '{' }), 400],
      [await call('PUT', '/v1/things/a', { headers: json, payload: `"${'x'.repeat(200)}"` }), 413],
      [await call('PUT', '/v1/things/a', { headers: { 'content-type': 'text/csv' }, payload: 'a' }), 415],
    ] as const;
    for (const [answer, status] of cases) {
      expect(answer.statusCode).toBe(status);
      expect(answer.json()).toMatchObject({ status, type: 'about:blank' });
    }
  });

  it('takes a DELETE or a POST without a body, whatever its media type says', async () => {
    const types = [undefined, 'application/json', 'application/json; charset=utf-8', 'text/plain', 'text/csv'];
    for (const type of types) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      expect((await call('DELETE', '/v1/things/a', { headers })).statusCode).toBe(204);
      expect(
        (await call('DELETE', '/v1/things/a', { headers: { ...headers, 'content-length': '0' } })).statusCode,
      ).toBe(204);
      expect((await call('POST', '/v1/things/a/again', { headers })).statusCode).toBe(201);
      expect((await call('PUT', '/v1/things/a', { headers })).statusCode).toBe(400);
    }
    expect(
      (await call('DELETE', '/v1/things/a', { headers: { 'content-type': 'text/csv' }, payload: 'a' })).statusCode,
    ).toBe(415);
  });

  it('keeps every digit of a body, and refuses members that are none', async () => {
    const headers = { 'content-type': 'application/json' };
    const put = (payload: string) => call('PUT', '/v1/things/a', { headers, payload });
    expect((await put('{"size":1234567890123456789}')).body).toBe('{"size":1234567890123456789}');
    expect((await put('{"size":1e999999999}')).body).toBe('{"size":1e999999999}');
    expect((await put('12345678901234567890')).statusCode).toBe(400);
    expect((await put('{"size":12345678901234567890,"__proto__":{"x":1}}')).statusCode).toBe(400);
    expect((await put('{"size":12345678901234567890,}')).statusCode).toBe(400);
  });

  it.each([
    '/v1/things/%ff',
    '/v1/things/%',
    '/v1/things/%zz',
    '/v1/things/%c3%28',
    '/%ff',
    '/v1/things/a?x=%ff',
    '/v1/things/a?%',
  ])('answers the malformed address %s as a problem', async (url) => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const answer = await call(method, url);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json()).toMatchObject({
        status: 400,
        code: 'invalid_request',
        detail: expect.stringContaining('%25'),
      });
    }
  });

  it('reads what is well-formed, also of more bytes', async () => {
    expect((await call('GET', '/v1/things/u%3A1%2F%C3%A9?x=%20%E2%82%AC+1')).json()).toEqual({ key: 'u:1/é' });
  });

  it('does not show the inside of a bug', async () => {
    const answer = await call('GET', '/v1/things/broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
  });

  it('answers 503 and when to retry while a database is unavailable', async () => {
    const answer = await call('GET', '/v1/things/away');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.body).not.toContain('10.0.0.7');
  });

  it('serves its health without a token, to load balancers and to those who run it', async () => {
    for (const server of [app.instance, app.operations]) {
      const statusOf = async (url: string) => (await server.inject({ method: 'GET', url })).statusCode;
      isReady = false;
      expect(await statusOf('/health/live')).toBe(200);
      expect(await statusOf('/health/ready')).toBe(503);
      isReady = true;
      expect(await statusOf('/health/ready')).toBe(200);
    }
  });

  it('serves its metrics and its document to those who run it, and to nobody else', async () => {
    for (const url of ['/metrics', '/openapi.json', '/metrics/', '//metrics', '/metrics?x']) {
      expect([url, (await call('GET', url)).statusCode]).toEqual([url, 404]);
      expect([url, (await app.instance.inject({ method: 'GET', url })).statusCode]).toEqual([url, 404]);
    }
    await call('GET', '/v1/things/some');
    const open = (url: string) => app.operations.inject({ method: 'GET', url });
    expect((await open('/v1/things/open')).statusCode).toBe(404);
    expect((await open('/openapi.json')).json()).toEqual(openapi);
    expect((await open('/metrics')).body).toMatch(
      /hilo_http_requests_total\{method="GET",route="\/v1\/things\/:key",status="200"\} \d/,
    );
  });

  it('says where its routes and its document differ', () => {
    expect(app.routeDifferences()).toEqual([]);
  });

  it('closes although a client holds a connection that it never used', async () => {
    const leaving = await createServiceApp({ ...THINGS, ready: () => true });
    await leaving.nest.listen(0, '127.0.0.1');
    const unused = connect((leaving.instance.server.address() as AddressInfo).port, '127.0.0.1');
    const ended = new Promise((resolve) => unused.once('close', resolve));
    unused.on('error', () => undefined);
    await new Promise((resolve) => unused.once('connect', resolve));
    await leaving.nest.close();
    await ended;
  });

  it('serves every request that arrived before it closed', async () => {
    const leaving = await createServiceApp({
      ...THINGS,
      ready: () => true,
      prepare: (instance) =>
        void instance.addHook('preClose', async () => {
          answer = await fetch(`${await leaving.nest.getUrl()}/v1/things/open`);
        }),
    });
    let answer: Response | undefined;
    await leaving.nest.listen(0, '127.0.0.1');
    await leaving.nest.close();
    expect(answer?.status).toBe(200);
  });

  it('takes a DELETE whose empty body comes in chunks', async () => {
    const open = await createServiceApp({ ...THINGS, ready: () => true });
    await open.nest.listen(0, '127.0.0.1');
    const send = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        open.nest.getUrl().then((url) => {
          const asked = httpRequest(`${url}/v1/things/a`, {
            method: 'DELETE',
            headers: { authorization, 'transfer-encoding': 'chunked', ...headers },
          });
          asked.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject);
          asked.end();
        }, reject);
      });
    expect(await send({ 'content-type': 'application/json' })).toBe(204);
    expect(await send({})).toBe(204);
    await open.nest.close();
  });
});

describe('a service that changes something', () => {
  @Controller('/v1/notes')
  class UnmarkedController {
    @Put(':key')
    put(): object {
      return {};
    }
  }
  @Module({ controllers: [UnmarkedController] })
  class UnmarkedModule {}

  @Controller('/v1/notes')
  class RecordedController {
    @Put(':key')
    @Recorded()
    put(): object {
      return {};
    }
  }
  @Module({ controllers: [RecordedController] })
  class RecordedModule {}

  const served = { ...THINGS, ready: () => true };

  it('does not start where a handler does not say whether its changes are recorded, or where nothing records them', async () => {
    await expect(createServiceApp({ ...served, module: UnmarkedModule })).rejects.toThrow('UnmarkedController.put');
    await expect(createServiceApp({ ...served, module: RecordedModule })).rejects.toThrow('ChangeLog');
  });

  it('reports what was changed with every digit', async () => {
    @Controller('/v1/numbers')
    class NumbersController {
      @Get(':key')
      get(): object {
        return { size: readNumber('12345678901234567890') };
      }

      @Put(':key')
      @Recorded()
      put(): object {
        return {};
      }
    }
    @Module({ controllers: [NumbersController] })
    class NumbersModule {}
    const app = await createServiceApp({ ...served, module: NumbersModule, changes: new MemoryChanges() });
    const headers = { authorization: 'Bearer token' };
    await app.instance.inject({ method: 'PUT', url: '/v1/numbers/a', headers });
    const { body } = await app.instance.inject({ url: '/v1/changes', headers });
    expect(body).toContain('"before":{"size":12345678901234567890},"after":{"size":12345678901234567890}');
    await app.nest.close();
  });

  it('reports what was changed, to holders of the admin token', async () => {
    const app = await createServiceApp({ ...served, module: RecordedModule, changes: new MemoryChanges() });
    const headers = { authorization: 'Bearer token' };
    await app.instance.inject({ method: 'PUT', url: '/v1/notes/a?x=1', headers });
    const { items, last } = (await app.instance.inject({ url: '/v1/changes', headers })).json();
    expect([items, last]).toMatchObject([[{ method: 'PUT', target: 'v1/notes/a', position: 1 }], 1]);
    expect((await app.instance.inject({ url: '/v1/changes?after=1', headers })).json()).toEqual({ items: [], last: 1 });
    expect((await app.instance.inject({ url: '/v1/changes?after=x', headers })).statusCode).toBe(400);
    expect((await app.instance.inject({ url: '/v1/changes' })).statusCode).toBe(401);
    await app.nest.close();
  });
});
