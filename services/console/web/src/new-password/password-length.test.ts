import { expect, it } from 'vitest';
import { isPasswordLength, PASSWORD_CHARACTERS } from './password-length.ts';

it('a password has as many characters as the console takes', () => {
  const { minimum, maximum } = PASSWORD_CHARACTERS;
  expect([minimum - 1, minimum, maximum, maximum + 1].map((length) => isPasswordLength('x'.repeat(length)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
