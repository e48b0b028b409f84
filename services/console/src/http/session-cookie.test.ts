import { expect, it } from 'vitest';
import { sessionCookie, sessionTokenOf } from './session-cookie.ts';

const TOKEN = 'x'.repeat(43);

it.each([
  [undefined, undefined],
  ['', undefined],
  [`hilo_session=${TOKEN}`, TOKEN],
  [`a=b; hilo_session=${TOKEN};c=d`, TOKEN],
  [`hilo_session=; hilo_session=${TOKEN}`, TOKEN],
  [`my_hilo_session=${TOKEN}`, undefined],
  [`__Host-hilo_session=${TOKEN}`, undefined],
  ['hilo_session=short', undefined],
])('finds in the header %j the token %j', (header, token) => {
  expect(sessionTokenOf(header, false)).toBe(token);
});

it('behind HTTPS takes only the cookie that no other host of the domain can set', () => {
  expect(sessionTokenOf(`__Host-hilo_session=${TOKEN}`, true)).toBe(TOKEN);
  expect(sessionTokenOf(`hilo_session=${TOKEN}`, true)).toBeUndefined();
});

it('keeps the token from scripts and other sites, and from plain HTTP where there is HTTPS', () => {
  const lastsMs = 43_200_000;
  expect(sessionCookie(TOKEN, false, lastsMs)).toBe(
    `hilo_session=${TOKEN}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict`,
  );
  expect(sessionCookie(TOKEN, true, lastsMs)).toBe(
    `__Host-hilo_session=${TOKEN}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure`,
  );
  expect(sessionCookie(null, false, lastsMs)).toBe('hilo_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict');
  expect(sessionCookie(null, true, lastsMs)).toBe(
    '__Host-hilo_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure',
  );
});
