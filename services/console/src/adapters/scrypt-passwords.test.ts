import { describe, expect, it } from 'vitest';
import { SCRYPT, ScryptPasswords } from './scrypt-passwords.ts';

const QUICK = { cost: 2 ** 10, blockSize: 8, parallel: 1 };

describe('hashes of passwords', () => {
  it('carry their parameters, and no two are the same', async () => {
    const passwords = new ScryptPasswords();
    const [one, other] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(other).not.toBe(one);
    expect(await passwords.check('correct horse', one)).toBe('right');
    expect(await passwords.check('correct horsE', one)).toBe('wrong');
  });

  it('fit the same letters however they are composed', async () => {
    const passwords = new ScryptPasswords(QUICK);
    expect(await passwords.check('cafe\u0301', await passwords.hash('caf\u00e9'))).toBe('right');
  });

  it('of earlier parameters still fit, and are told apart', async () => {
    const earlier = await new ScryptPasswords(QUICK).hash('correct horse');
    const passwords = new ScryptPasswords({ ...QUICK, cost: 2 ** 11 });
    expect(await passwords.check('correct horse', earlier)).toBe('outdated');
    expect(await passwords.check('wrong', earlier)).toBe('wrong');
  });

  it('are compared also where there is none, with the parameters of today', async () => {
    expect(await new ScryptPasswords(QUICK).check('anything', null)).toBe('wrong');
    expect(SCRYPT.cost * SCRYPT.blockSize * 128).toBe(32 * 1024 * 1024);
  });

  it('are compared a few at a time', async () => {
    const passwords = new ScryptPasswords(QUICK);
    const answers = await Promise.all(Array.from({ length: 10 }, () => passwords.check('x', null)));
    expect(answers.filter((answer) => answer === 'busy')).toHaveLength(2);
    expect(await passwords.check('x', null)).toBe('wrong');
  });
});
