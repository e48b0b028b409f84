import { expect, it } from 'vitest';
import { answerHeaders, sentHeaders } from './forward-headers.ts';

it('sends what a service needs, with the admin token, and nothing of who asks', () => {
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
    'x-hilo-person': 'somebody else',
  };
  expect(sentHeaders(headers, 'ours', 'whose')).toEqual({
    accept: 'application/json',
    'content-type': 'application/json',
    'if-match': '"3"',
    authorization: 'Bearer ours',
    'accept-encoding': 'identity',
    'x-hilo-person': 'whose',
  });
});

it('names a change, and who asks for it from where', () => {
  const change = { id: 'c_1', who: 'Zoë@example.com', address: '192.0.2.7' };
  const named = { 'hilo-change-id': 'c_1', 'hilo-actor': 'Zo%C3%AB%40example.com' };
  expect(sentHeaders({}, 'ours', 'whose', change)).toMatchObject({ ...named, 'hilo-actor-address': '192.0.2.7' });
  expect(sentHeaders({}, 'ours', 'whose', { ...change, address: null })).not.toHaveProperty('hilo-actor-address');
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
