import { expect, it } from 'vitest';
import { deviceCookie, deviceTokensOf } from './device-cookie.ts';

const [A, B] = ['a'.repeat(43), 'b'.repeat(43)];

it.each([
  [undefined, []],
  ['', []],
  [`hilo_device=${A}`, [A]],
  [`x=y; hilo_device=${A}.${B};z=1`, [A, B]],
  [`__Host-hilo_device=${A}`, []],
  [`hilo_device=short.${B}`, [B]],
  [`my_hilo_device=${A}`, []],
  [`hilo_device=${Array<string>(9).fill(A).join('.')}`, Array<string>(5).fill(A)],
])('finds in the header %j the tokens %j', (header, tokens) => {
  expect(deviceTokensOf(header, false)).toEqual(tokens);
});

it('takes no cookie by HTTPS that a neighbour could have set', () => {
  expect(deviceTokensOf(`hilo_device=${A}; __Host-hilo_device=${B}`, true)).toEqual([B]);
});

it('keeps the tokens for a year from scripts and other sites, and from plain HTTP where there is HTTPS', () => {
  expect(deviceCookie([A, B], false)).toBe(
    `hilo_device=${A}.${B}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict`,
  );
  expect(deviceCookie([A], true)).toBe(
    `__Host-hilo_device=${A}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict; Secure`,
  );
});
