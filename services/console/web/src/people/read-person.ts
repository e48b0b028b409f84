import type { NewPerson } from './people-api.ts';

/** Parts of a person's form that can be wrong. */
export type PersonField = 'email' | 'name';

const NAME_CHARACTERS = 200;

/** The fields that keep a person from being saved. */
export function personFaults({ email, name }: NewPerson): ReadonlySet<PersonField> {
  const faults = new Set<PersonField>();
  if (!/^[^\s@]+@[^\s@]+$/.test(email.trim())) faults.add('email');
  if (!isPersonName(name)) faults.add('name');
  return faults;
}

/** Whether a text can be a person's name. */
export function isPersonName(name: string): boolean {
  return name.trim() !== '' && name.length <= NAME_CHARACTERS;
}
