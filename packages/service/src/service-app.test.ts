import { type AddressInfo, connect } from 'node:net';
import { Body, Controller, Get, Module, Param, Put } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Public } from './bearer-guard.ts';
import { readField, readFields, refuseOthers } from './fields.ts';
import { createLogger } from './logger.ts';
import type { OpenApiDocument } from './open-api.ts';
import { problem } from './problem.ts';
import { type ServiceApp, createServiceApp } from './service-app.ts';

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
  away(): object {
    throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
  }

  @Get(':key')
  get(@Param('key') key: string): object {
    if (key === 'none') throw problem(404, 'not_found', 'There is no thing "none".', { field: 'key' });
    return { key };
  }

  @Put(':key')
  put(@Body() body: unknown): object {
    const fields = readFields(body);
    refuseOthers(fields, ['size']);
    return { size: readField(fields, 'size', 'a number', (value) => (typeof value === 'number' ? value : undefined)) };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: {
    '/v1/things/{key}': { get: {}, put: {} },
    '/v1/things/open': { get: {} },
    '/v1/things/broken': { get: {} },
    '/v1/things/away': { get: {} },
    '/v1/files/{path}': { get: {} },
  },
};

const THINGS = {
  name: 'things',
  module: ThingsModule,
  admin_token: 'token',
  openapi,
  logger: createLogger({ name: 'things', level: 'silent' }),
};

describe('a service application', () => {
  let app: ServiceApp;
  let is_ready = false;
  const authorization = 'Bearer token';
  const call = (
    method: 'GET' | 'PUT',
    url: string,
    options: { headers?: Record<string, string>; payload?: string } = {},
  ) => app.instance.inject({ method, url, headers: { authorization, ...options.headers }, payload: options.payload });

  beforeAll(async () => {
    app = await createServiceApp({
      ...THINGS,
      ready: () => is_ready,
      prepare: (instance) => void instance.get('/v1/files/*', () => ({ file: true })),
      http: { body_bytes: 100 },
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

  it('does not show the inside of a bug', async () => {
    const answer = await call('GET', '/v1/things/broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
  });

  it('says that it is for now, and when to ask again, while a database is away', async () => {
    const answer = await call('GET', '/v1/things/away');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.body).not.toContain('10.0.0.7');
  });

  it('serves health, metrics and its document without a token', async () => {
    const open = (url: string) => app.instance.inject({ method: 'GET', url });
    expect((await open('/health/live')).statusCode).toBe(200);
    expect((await open('/health/ready')).statusCode).toBe(503);
    is_ready = true;
    expect((await open('/health/ready')).statusCode).toBe(200);
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

  it('serves who came before its door closed', async () => {
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
});
