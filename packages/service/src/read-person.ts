import type { FastifyRequest } from 'fastify';
import { callerOf } from './callers.ts';

/** The person of a request that names nobody: a program with the admin token. */
const THE_STACK = 'stack';

/** The person for whom a service calls, as an opaque word. */
export function readPerson(request: FastifyRequest): string {
  const caller = callerOf(request);
  return caller?.kind === 'service' && caller.person !== null ? caller.person : THE_STACK;
}
