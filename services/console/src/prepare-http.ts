import { type AnswerMalformed, malformedProblem } from '@hilo/service';
import type { FastifyInstance } from 'fastify';
import type { PersonTurns } from './http/person-turns.ts';

/**
 * Takes bodies as bytes, because a webhook's signature covers exactly what was sent, and the console does not interpret
 * forwarded ones. Sends the security `headers` with every answer. Signals when the server is about to close: live streams
 * never end by themselves, and closing would wait for them forever.
 */
export function prepareHttp(
  closing: AbortController,
  turns: PersonTurns,
  headers: Readonly<Record<string, string>>,
): (instance: FastifyInstance) => void {
  return (instance) => {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    instance.addHook('onRequest', (request, reply, done) => {
      turns.attend(request.raw, reply.raw);
      void reply.headers(headers);
      if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
      done();
    });
    instance.addHook('preClose', (done) => {
      closing.abort();
      done();
    });
  };
}

/** Answers an address that cannot be decoded, with the usual security headers. */
export function answerMalformed(headers: Readonly<Record<string, string>>): AnswerMalformed {
  return (reply, detail, field) => malformedProblem(reply.headers(headers), detail, field);
}
