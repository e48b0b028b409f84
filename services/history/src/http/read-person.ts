import { PERSON_HEADER, problem } from '@hilo/service';
import type { FastifyRequest } from 'fastify';

/** The person of a request that names nobody: a program with the stack's own admin token. */
const THE_STACK = 'stack';

const PERSON = /^[\w-]{22}$/;

/**
 * The person of a request, as an opaque word. The console names people; every other caller also has the admin token and
 * is trusted like the console: history answers nobody without it.
 */
export function readPerson({ headers }: Pick<FastifyRequest, 'headers'>): string {
  const named = headers[PERSON_HEADER];
  if (named === undefined) return THE_STACK;
  if (typeof named === 'string' && PERSON.test(named)) return named;
  throw problem('invalid_request', `${PERSON_HEADER} must be 22 letters, digits, "-" or "_".`, {
    field: PERSON_HEADER,
  });
}
