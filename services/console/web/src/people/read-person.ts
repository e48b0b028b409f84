import { type NewPerson, PASSWORD_CHARACTERS } from './people-api.ts';

/** Parts of a person's form that can be wrong. */
export type PersonField = 'email' | 'name' | 'password';

const NAME_CHARACTERS = 200;

/** The fields that keep a person from being saved. */
export function personFaults({ email, name, password = '' }: NewPerson): ReadonlySet<PersonField> {
  const faults = new Set<PersonField>();
  if (!/^[^\s@]+@[^\s@]+$/.test(email.trim())) faults.add('email');
  if (!isPersonName(name)) faults.add('name');
  if (!isPassword(password)) faults.add('password');
  return faults;
}

/** Whether a text can be a person's name. */
export function isPersonName(name: string): boolean {
  return name.trim() !== '' && name.length <= NAME_CHARACTERS;
}

/** Whether a text can be a password. */
export function isPassword(password: string): boolean {
  return password.length >= PASSWORD_CHARACTERS.minimum && password.length <= PASSWORD_CHARACTERS.maximum;
}
