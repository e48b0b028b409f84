import { isUtf8 } from 'node:buffer';
import { parseJson } from '@hilo/exact-json';
import { problem } from '@hilo/service';
import type { FastifyRequest } from 'fastify';

/**
 * The JSON of a body, which reaches the console as bytes. The media type must say JSON: other sites' forms can't say that.
 */
export function readJson(request: Pick<FastifyRequest, 'headers' | 'body'>): unknown {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw problem('unsupported_media_type', 'Send JSON, with Content-Type: application/json.');
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (!isUtf8(bytes)) throw problem('invalid_request', 'The body must be JSON in UTF-8.');
  try {
    return parseJson(bytes.toString('utf8'));
  } catch {
    throw problem('invalid_request', 'The body must be JSON.');
  }
}
