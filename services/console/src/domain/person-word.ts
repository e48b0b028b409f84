import { createHmac } from 'node:crypto';
import type { Actor } from './rights.ts';

/**
 * The word by which services tell people apart: 22 characters that say nothing about the person. An API token's
 * requests count as its owner's; all holders of the admin token count as one person.
 */
export function personWord({ email }: Pick<Actor, 'email'>, key: string): string {
  const name = email === null ? 'the admin token' : `person ${email}`;
  return createHmac('sha256', key).update(name).digest('base64url').slice(0, 22);
}
