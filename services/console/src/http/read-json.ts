import { isUtf8 } from 'node:buffer';
import { parseJson } from '@hilo/exact-json';
import { type Fields, problem, readFields, refuseUnplain } from '@hilo/service';
import type { FastifyRequest } from 'fastify';

/**
 * The fields of a JSON body, which reach the console's handlers as bytes. The media type must say JSON: other sites' forms
 * can't say that. Texts that no store keeps are refused, by name.
 */
export function readJson(request: Pick<FastifyRequest, 'headers' | 'body'>): Fields {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw problem(415, 'unsupported_media_type', 'Send JSON, with Content-Type: application/json.');
  const fields = readFields(parse(request.body));
  refuseUnplain(fields);
  return fields;
}

function parse(body: unknown): unknown {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (!isUtf8(bytes)) throw problem(400, 'invalid_request', 'The body must be JSON in UTF-8.');
  try {
    return parseJson(bytes.toString('utf8'));
  } catch {
    throw problem(400, 'invalid_request', 'The body must be JSON.');
  }
}
