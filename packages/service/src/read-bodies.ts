import { doublesHold, parseJson } from '@hilo/exact-json';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/**
 * Parses JSON bodies and keeps every digit of their numbers. An empty body counts as none, whatever its media type:
 * many clients send one with every `DELETE`.
 */
export function readJsonBodies(instance: FastifyInstance): void {
  // Rejects members such as `__proto__`.
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.removeContentTypeParser('application/json');
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString();
    if (text === '') return done(null, undefined);
    void parse(request, text, (error, value) => {
      done(error, error !== null || doublesHold(text) ? value : parseJson(text));
    });
  });
  instance.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    done(new UnsupportedMediaTypeException('Send JSON, with Content-Type: application/json.'));
  });
}
