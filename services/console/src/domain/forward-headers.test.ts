import { expect, it } from 'vitest';
import { answerHeaders, sentHeaders } from './forward-headers.ts';

it('sends what a service needs, with the console’s token, and nothing of who asks', () => {
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    'if-match': '"3"',
    cookie: 'hilo_session=x',
    authorization: 'Bearer theirs',
    'x-csrf-token': 'y',
    connection: 'keep-alive, x-other',
    'x-forwarded-for': '10.0.0.1',
    host: 'console:4000',
    'content-length': '3',
    'hilo-change-id': 'theirs',
  };
  expect(sentHeaders(headers, 'ours')).toEqual({
    accept: 'application/json',
    'content-type': 'application/json',
    'if-match': '"3"',
    authorization: 'Bearer ours',
    'accept-encoding': 'identity',
  });
});

it('names a change', () => {
  expect(sentHeaders({}, 'ours', 'c_1')).toMatchObject({ 'hilo-change-id': 'c_1' });
});

it('hands on the headers of an answer, but for those of the connection and those that the console makes itself', () => {
  const headers = [
    ['Content-Type', 'application/json'],
    ['ETag', '"4"'],
    ['Retry-After', '2'],
    ['Connection', 'close, X-Hop'],
    ['X-Hop', '1'],
    ['Keep-Alive', 'timeout=5'],
    ['Transfer-Encoding', 'chunked'],
    ['Content-Length', '5'],
    ['Set-Cookie', 'a=b'],
  ] as const;
  expect(answerHeaders(headers)).toEqual({ 'content-type': 'application/json', etag: '"4"', 'retry-after': '2' });
});
