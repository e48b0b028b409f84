import { randomBytes } from 'node:crypto';
import { addConsolePerson, type Credentials } from '@hilo/test-stack';

/** A person with an account. */
export interface ConsolePerson {
  readonly email: string;
  readonly password: string;
}

/** Lets a person with a role sign in, on behalf of the stack's admin. */
export async function addPerson(credentials: Credentials, role: 'admin' | 'editor' | 'viewer'): Promise<ConsolePerson> {
  const unique = randomBytes(6).toString('hex');
  const person = { email: `${role}-${unique}@example.com`, password: `the lamp hums under snow ${unique}` };
  await addConsolePerson(credentials, { ...person, name: `Test ${role}`, role });
  return person;
}
