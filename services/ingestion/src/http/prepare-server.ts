import { BadRequestException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { readJson } from '../domain/read-json.ts';

/** The routes whose bodies the tracking API's own parser reads. */
const TRACKING = new Set(['/v1/:call', '/beacon/v1/:call']);

/**
 * The tracking API, and what SDKs ask before they use it. `//` counts as `/`, because a base address often ends with
 * one.
 */
const TRACKING_PATH =
  /^\/+(?:v1\/+(?!sources|lists|rejected|changes)[^/]+|v1\/+projects\/+[^/]+\/+settings|(?:beacon|pixel)\/+v1\/+[^/]+|v1\/+pixel\/+[^/]+|sourceConfig)\/*$/;

/** Whether a path belongs to the ingest endpoints, which accept any query: an event is worth more than its address. */
export function isTrackingPath(path: string): boolean {
  return TRACKING_PATH.test(path);
}

/**
 * Lets any content type in (SDKs send JSON as text/plain, gzipped, or without saying what it is): as bytes to the tracking API, as
 * JSON to all else. Answers browsers of any site: a write key is no secret, and the ingest endpoint sets no cookies.
 */
export function prepareServer(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const { url } = request.routeOptions;
    if (url === undefined || TRACKING.has(url)) return done(null, body);
    const json = body.length === 0 ? undefined : readJson(body);
    if (json === null) return done(new BadRequestException('The body must be JSON in UTF-8.'));
    done(null, json?.value);
  });
  instance.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined || !isTrackingPath(request.url.split('?', 1)[0] ?? '')) return done();
    void reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      vary: 'origin',
    });
    if (request.method !== 'OPTIONS') return done();
    void reply
      .headers({
        'access-control-allow-methods': 'GET, POST, OPTIONS',
        'access-control-allow-headers':
          request.headers['access-control-request-headers'] ?? 'authorization, content-type, content-encoding',
        'access-control-max-age': '86400',
      })
      .status(204)
      .send();
  });
}
