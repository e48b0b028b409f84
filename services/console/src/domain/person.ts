import type { Role } from './rights.ts';
import type { SignInWay } from './sign-in-way.ts';

/** What a person needs to sign in besides the password: nothing, or codes of an authenticator app. */
export const SECOND_FACTORS = ['none', 'totp'] as const;

/** One of them. */
export type SecondFactor = (typeof SECOND_FACTORS)[number];

/** A person with an account. */
export interface Person {
  /** Names the person in addresses; a UUID. */
  readonly id: string;
  /** In lower case; never changes. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** Somebody else knows the password: the person changes it before anything else. */
  readonly must_change_password: boolean;
  readonly second_factor: SecondFactor;
  readonly signs_in_by: SignInWay;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

/** The form of a person's id. */
export const PERSON_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The account that exists at the first start. */
export const FIRST_ADMIN = { email: 'admin@hilo.local', name: 'Admin', role: 'admin' } as const;

/** Allowed lengths of a password. */
export const PASSWORD_CHARACTERS = { minimum: 12, maximum: 200 } as const;

const EMAIL_CHARACTERS = 254;
const NAME_CHARACTERS = 200;

/** An address in its stored form; undefined if it is not valid. Case does not matter. */
export function emailOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const email = value.trim().toLowerCase();
  return email.isWellFormed() && email.length <= EMAIL_CHARACTERS && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email)
    ? email
    : undefined;
}

/** A display name; undefined if it is not valid. */
export function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || /\p{Cc}/u.test(value)) return undefined;
  const name = value.trim();
  return name !== '' && name.length <= NAME_CHARACTERS ? name : undefined;
}

/** A password of an allowed length; undefined otherwise. Its owner decides what it consists of. */
export function passwordOf(value: unknown): string | undefined {
  const { minimum, maximum } = PASSWORD_CHARACTERS;
  return typeof value === 'string' && value.length >= minimum && value.length <= maximum ? value : undefined;
}

/** Whether a change of `email` would leave nobody who can let others in. `after` is null if the person is removed. */
export function leavesNoAdmin(
  admins: readonly string[],
  email: string,
  after: Pick<Person, 'role' | 'disabled'> | null,
): boolean {
  if (!admins.includes(email)) return false;
  if (after !== null && after.role === 'admin' && !after.disabled) return false;
  return admins.every((admin) => admin === email);
}
