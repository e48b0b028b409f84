import { type AddressInfo, connect } from 'node:net';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWER_HEADERS } from './answer-headers.ts';
import { Public } from './bearer-guard.ts';
import { createLogger } from './logger.ts';
import { ChangesNothing } from './record-changes.ts';
import { type ServiceApp, createServiceApp } from './service-app.ts';

@Controller('/v1/things')
@Public()
class ThingsController {
  @Get('one')
  one(): object {
    return { one: 1 };
  }

  @Get('bug')
  bug(): object {
    throw new TypeError('a bug');
  }

  @Post('one')
  @ChangesNothing()
  take(): object {
    return { taken: true };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const HEADERS = Object.entries(ANSWER_HEADERS).map(([name, value]) => `${name}: ${value}`);

describe('an answer of a service', () => {
  let app: ServiceApp;
  let port = 0;
  beforeAll(async () => {
    app = await createServiceApp({
      name: 'things',
      module: ThingsModule,
      adminToken: 'token',
      openapi: { openapi: '3.1.0', info: { title: 'Things', version: '1' }, paths: {} },
      logger: createLogger({ name: 'things', level: 'silent' }),
      ready: () => true,
      http: { bodyBytes: 100, headersTimeoutMs: 500, requestTimeoutMs: 500 },
    });
    await app.nest.listen(0, '127.0.0.1');
    port = (app.instance.server.address() as AddressInfo).port;
  });
  afterAll(() => app.nest.close());

  /** Everything that comes back for bytes, until the service ends the connection. */
  const answerTo = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      socket.on('close', () => resolve(text)).on('error', reject);
    });
  const lastOf = (method: string, path: string, more = '') =>
    answerTo(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${more}\r\n`);

  it.each([
    ['GET', '/v1/things/one', '200'],
    ['HEAD', '/v1/things/one', '200'],
    ['GET', '/v1/things/bug', '500'],
    ['GET', '/v1/things/two', '404'],
    ['GET', '/nowhere', '404'],
    ['GET', '/%ff', '400'],
    ['GET', '/v1/things/one?%ff', '400'],
    ['DELETE', '/v1/things/one', '404'],
    ['GET', '/health/live', '200'],
    ['OPTIONS', '/v1/things/one', '404'],
    ['TRACE', '/v1/things/one', '404'],
    ['CONNECT', 'x:443', ''],
  ])('to %s %s has every header of safety, and a media type with its charset', async (method, path, status) => {
    const answer = await lastOf(method, path, 'x-canary: echoed\r\n');
    if (status === '') return expect(answer).toBe('');
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    for (const header of HEADERS) expect(answer).toContain(`\r\n${header}\r\n`);
    expect(answer).toMatch(/\r\ncontent-type: application\/(problem\+)?json; charset=utf-8\r\n/i);
    expect(answer).not.toContain('echoed');
  });

  it('redirects nothing, also if a proxy says that it was asked by HTTP', async () => {
    for (const path of ['/v1/things/one', '/', '/nowhere', '/v1/things/one/']) {
      const answer = await lastOf('GET', path, 'x-forwarded-proto: http\r\nx-forwarded-host: x.example\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 (200|404) /);
      expect(answer).not.toMatch(/\r\nlocation: /i);
    }
  });

  const post = (...lines: readonly string[]) => `POST /v1/things/one HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}`;

  it.each([
    ['two lengths', post('content-length: 4', 'content-length: 5', '', 'abcd')],
    ['a length beside chunks', post('content-length: 4', 'transfer-encoding: chunked', '', '0\r\n\r\n')],
    ['an encoding that is not last', post('transfer-encoding: chunked, gzip', '', '0\r\n\r\n')],
    ['a hidden encoding', post('transfer-encoding : chunked', '', '0\r\n\r\n')],
    ['a length that is none', post('content-length: +4', '', 'abcd')],
    ['a broken line end', 'GET /v1/things/one HTTP/1.1\nhost: x\r\rx: y\r\n\r\n'],
    ['no host', 'GET /v1/things/one HTTP/1.1\r\n\r\n'],
    ['no HTTP at all', '\u0000\u0001\u0002\r\n\r\n'],
  ])('to a request with %s is 400, once, and ends the connection', async (_what, bytes) => {
    const answer = await answerTo(`${bytes}GET /v1/things/one HTTP/1.1\r\nhost: x\r\n\r\n`);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect(answer).not.toContain('taken');
  });

  it.each([
    ['no HTTP at all', '\u0000\r\n\r\n', '400', 'invalid_request'],
    ['headers without end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(40_000)}`, '431', 'headers_too_large'],
    ['headers that stop', 'GET / HTTP/1.1\r\nx: ', '408', 'request_timeout'],
  ])('to %s is a problem with every header of safety', async (_what, bytes, status, code) => {
    const answer = await answerTo(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    for (const header of HEADERS) expect(answer).toContain(`\r\n${header}\r\n`);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ status: Number(status), code });
  });
});
