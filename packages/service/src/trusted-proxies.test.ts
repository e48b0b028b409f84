import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';
import { trustedProxies } from './trusted-proxies.ts';

const read = (value?: string) =>
  readEnvironment({ proxies: trustedProxies() }, value === undefined ? {} : { HILO_TRUSTED_PROXIES: value }).proxies;

test('nobody is trusted unless somebody is named', () => {
  expect(read()).toEqual([]);
  expect(read('none')).toEqual([]);
});

test('addresses and networks are taken as they are', () => {
  expect(read('10.144.0.10, 10.1.0.0/16,fd00::1,2001:db8::/32')).toEqual([
    ...['10.144.0.10', '10.1.0.0/16', 'fd00::1', '2001:db8::/32'],
  ]);
});

test.each([
  ['front', 'has neither an address nor a network such as 10.1.0.0/16 as entry 1'],
  ['10.1.0.0/33', 'has neither an address nor a network such as 10.1.0.0/16 as entry 1'],
  ['10.1.0.0/8/8', 'has neither'],
  ['10.1.0.0/', 'has neither'],
  ['10.1.0.1,none', 'has neither an address nor a network such as 10.1.0.0/16 as entry 2'],
  [' , ', 'must be addresses or networks, or none'],
  ['0.0.0.0/0', 'has every address as entry 1'],
  ['10.0.0.1,::/0', 'has every address as entry 2'],
])('%j is refused, and the message names the variable and the entry', (value, message) => {
  expect(() => read(value)).toThrow(`HILO_TRUSTED_PROXIES ${message}`);
});
