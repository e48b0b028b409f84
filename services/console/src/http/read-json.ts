import { parseJson } from '@hilo/exact-json';
import { type Fields, problem, readFields } from '@hilo/service';
import type { FastifyRequest } from 'fastify';

/**
 * The fields of a JSON body, which reach the console's handlers as bytes. The media type must say JSON: other sites' forms
 * can't say that.
 */
export function readJson(request: Pick<FastifyRequest, 'headers' | 'body'>): Fields {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw problem(415, 'unsupported_media_type', 'Send JSON, with Content-Type: application/json.');
  return readFields(parse(request.body));
}

function parse(body: unknown): unknown {
  try {
    return parseJson(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch {
    throw problem(400, 'invalid_request', 'The body must be JSON.');
  }
}
