import type { Api as ConsoleApi } from '@hilo/console/contract';

type Password = ConsoleApi['schemas']['PasswordChange']['properties']['next'];

/** Lengths of a password. */
export const PASSWORD_CHARACTERS: { readonly minimum: Password['minLength']; readonly maximum: Password['maxLength'] } =
  {
    minimum: 12,
    maximum: 200,
  };

/** Whether a text is as long as a password must be; the console decides whether it is hard enough to guess. */
export function isPasswordLength(password: string): boolean {
  return password.length >= PASSWORD_CHARACTERS.minimum && password.length <= PASSWORD_CHARACTERS.maximum;
}
