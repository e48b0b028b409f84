import type { Role } from './rights.ts';

/** Somebody who may sign in. */
export interface Person {
  /** In small letters; it never changes. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

/** The one who is there at the first start. */
export const FIRST_ADMIN = { email: 'admin@hilo.local', name: 'Admin', role: 'admin' } as const;

/** Lengths of a password. */
export const PASSWORD_CHARACTERS = { minimum: 12, maximum: 200 } as const;

const EMAIL_CHARACTERS = 254;
const NAME_CHARACTERS = 200;

/** An address as people are known by; undefined for what is none. Told apart without regard to capitals. */
export function emailOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const email = value.trim().toLowerCase();
  return email.isWellFormed() && email.length <= EMAIL_CHARACTERS && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email)
    ? email
    : undefined;
}

/** A name to show; undefined for what is none. */
export function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || /\p{Cc}/u.test(value)) return undefined;
  const name = value.trim();
  return name !== '' && name.length <= NAME_CHARACTERS ? name : undefined;
}

/** A password of a fair length; undefined for others. What it is made of is its owner's business. */
export function passwordOf(value: unknown): string | undefined {
  const { minimum, maximum } = PASSWORD_CHARACTERS;
  return typeof value === 'string' && value.length >= minimum && value.length <= maximum ? value : undefined;
}

/** Whether a change to `email` would leave nobody who can let others in. `after` is null where the person goes. */
export function leavesNoAdmin(
  admins: readonly string[],
  email: string,
  after: Pick<Person, 'role' | 'disabled'> | null,
): boolean {
  if (!admins.includes(email)) return false;
  if (after !== null && after.role === 'admin' && !after.disabled) return false;
  return admins.every((admin) => admin === email);
}
