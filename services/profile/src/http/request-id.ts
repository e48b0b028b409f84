import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/**
 * Gives each answer a `Request-Id`, as Segment's API does, so that people can name a request when they ask for help.
 */
export function nameRequests(instance: FastifyInstance): void {
  instance.addHook('onRequest', (_request, reply, done) => {
    void reply.header('Request-Id', randomUUID());
    done();
  });
}
