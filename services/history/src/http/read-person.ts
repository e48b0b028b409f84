import { PERSON_HEADER, problem } from '@hilo/service';
import type { FastifyRequest } from 'fastify';

/** Whose a request is that names nobody: a program's with the stack's own admin token. */
const THE_STACK = 'stack';

const PERSON = /^[\w-]{22}$/;

/**
 * Whose request it is, as an opaque word. The console names people; whoever else calls has the admin token, too, and is
 * trusted like it: history answers nobody without.
 */
export function readPerson({ headers }: Pick<FastifyRequest, 'headers'>): string {
  const named = headers[PERSON_HEADER];
  if (named === undefined) return THE_STACK;
  if (typeof named === 'string' && PERSON.test(named)) return named;
  throw problem(400, 'invalid_request', `${PERSON_HEADER} must be 22 letters, digits, "-" or "_".`, {
    field: PERSON_HEADER,
  });
}
