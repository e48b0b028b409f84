import { describe, expect, it } from 'vitest';
import { emailOf, leavesNoAdmin, nameOf, passwordOf } from './person.ts';

describe('what people are known by', () => {
  it.each([
    [' Ann@Example.COM ', 'ann@example.com'],
    ['admin@hilo.local', 'admin@hilo.local'],
    ['josé@bücher.example', 'josé@bücher.example'],
    ['ann', undefined],
    ['a@b@c', undefined],
    ['a b@c', undefined],
    ['a@\u0000', undefined],
    [`${'a'.repeat(250)}@b.c`, 'a'.repeat(250).concat('@b.c')],
    [`${'a'.repeat(251)}@b.c`, undefined],
    [7, undefined],
  ])('the address %j is %j', (value, email) => {
    expect(emailOf(value)).toBe(email);
  });

  it.each([
    [' Ann ', 'Ann'],
    ['<b>Ann</b>', '<b>Ann</b>'],
    ['', undefined],
    ['  ', undefined],
    ['a\nb', undefined],
    ['x'.repeat(201), undefined],
    [null, undefined],
  ])('the name %j is %j', (value, name) => {
    expect(nameOf(value)).toBe(name);
  });

  it.each([
    ['x'.repeat(12), true],
    ['x'.repeat(11), false],
    ['x'.repeat(200), true],
    ['x'.repeat(201), false],
    [123_456_789_012, false],
  ])('the password %j is one: %s', (value, isOne) => {
    expect(passwordOf(value) !== undefined).toBe(isOne);
  });
});

describe('the last admin', () => {
  const viewer = { role: 'viewer', disabled: false } as const;
  const admin = { role: 'admin', disabled: false } as const;
  it.each([
    [['a'], 'a', null, true],
    [['a'], 'a', viewer, true],
    [['a'], 'a', { ...admin, disabled: true }, true],
    [['a'], 'a', admin, false],
    [['a', 'b'], 'a', null, false],
    [['a', 'b'], 'a', viewer, false],
    [['a'], 'b', null, false],
    [['a'], 'b', viewer, false],
  ])('of %j, %s becoming %j leaves none: %s', (admins, email, after, none) => {
    expect(leavesNoAdmin(admins, email, after)).toBe(none);
  });
});
