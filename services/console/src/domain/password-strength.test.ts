import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTEXT_WORDS, passwordFault } from './password-strength.ts';

const ANN = { email: 'ann.lindqvist@acme-shop.example', name: 'Ann Lindqvist' };

describe('a password', () => {
  it.each([
    'password1234',
    'passwordpassword',
    'P@ssw0rd12345',
    'contraseña1234',
    'qwertyuiop123',
    'qwertyuiopasdfgh',
    'iloveyou1234',
    '123456789012',
    'aaaaaaaaaaaaaaaaaaaa',
    'abcabcabcabcabc',
    'abcdefghijklmnop',
    '31.12.202431.12.2024',
    'hilohilohilo',
    'hilo-console-admin',
    'administrator1',
    'ann.lindqvist@acme-shop.example',
    'ann.lindqvist1',
    'annlindqvist2026',
    'Lindqvist-Ann-1',
    'acme-shop-2026',
    'tsivqdnil1234',
  ])('%s is easy to guess', (password) => {
    expect(passwordFault(password, ANN)).toMatch(/^This password is easy to guess\. \S/);
  });

  it.each([
    'correct horse battery',
    'the lamp hums under blue snow',
    'una cebra lee bajo la lámpara',
    'kX7#vQ2!mZ9p',
    'dR3nq8-Wt4hzy',
    '密码 は むずかしい です よ',
    'x9'.repeat(3) + 'the lamp hums under blue snow'.repeat(6),
  ])('%s is not', (password) => {
    expect(passwordFault(password, ANN)).toBeNull();
  });

  it('with the owner’s address or name and little else is easy, for them alone', () => {
    const password = 'lindqvist.acme.shop';
    expect(passwordFault(password, ANN)).not.toBeNull();
    expect(passwordFault('zedborough-quimbly', { email: 'zedborough@quimbly.example', name: 'Z' })).not.toBeNull();
    expect(passwordFault('zedborough-quimbly', ANN)).toBeNull();
  });

  it.each(CONTEXT_WORDS)('is easy where it is %s with digits', (word) => {
    expect(passwordFault(`${word}123456789`.padEnd(12, '1'), ANN)).not.toBeNull();
  });

  it('is never quoted', () => {
    const weak = fc.string({ minLength: 12, maxLength: 16, unit: fc.constantFrom('1', 'a') });
    fc.assert(
      fc.property(weak, (password) => {
        expect(passwordFault(password, ANN) ?? '').not.toContain(password);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the check takes a fraction of a second of a processor', () => {
  it.each([
    '4@8({[</369|1!0$5+7%2'.repeat(10).slice(0, 200),
    'aA4@'.repeat(50),
    'password'.repeat(25),
    '1'.repeat(200),
    'a1'.repeat(100),
    'qwertyuiop'.repeat(20),
    '31.12.2024-'.repeat(18),
    '\u{1F600}'.repeat(100),
  ])('of %s', (text) => {
    const before = process.cpuUsage();
    passwordFault(text, ANN);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(400);
  });
});
