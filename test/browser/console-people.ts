import { randomBytes } from 'node:crypto';
import type { Credentials } from '@hilo/test-stack';

/** A person with an account. */
export interface ConsolePerson {
  readonly email: string;
  readonly password: string;
}

/** Lets a person with a role sign in, on behalf of the stack's admin. */
export async function addPerson(
  { consoleUrl, adminToken }: Credentials,
  role: 'admin' | 'editor' | 'viewer',
): Promise<ConsolePerson> {
  const unique = randomBytes(6).toString('hex');
  const person = { email: `${role}-${unique}@example.com`, password: `password of ${unique}` };
  const answer = await fetch(`${consoleUrl}/api/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...person, name: `Test ${role}`, role }),
  });
  if (answer.status !== 201) throw new Error(`/api/users answers ${answer.status}: ${await answer.text()}`);
  return person;
}
