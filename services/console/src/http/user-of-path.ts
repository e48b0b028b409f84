import { problem } from '@hilo/service';
import type { PeopleStore } from '../ports.ts';

/** The address of the user that a path names by id. Throws the problem of a path that names nobody. */
export async function userOfPath(people: Pick<PeopleStore, 'emailOf'>, id: string): Promise<string> {
  const email = await people.emailOf(id);
  if (email === null) throw nobody();
  return email;
}

/** Nobody has the id in the path, or not any longer. */
export function nobody(): Error {
  return problem('not_found', 'There is no user with this id.', { field: 'id' });
}
