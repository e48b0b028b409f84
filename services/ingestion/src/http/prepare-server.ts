import type { FastifyInstance } from 'fastify';

/** The tracking API and what SDKs ask before they use it. `//` counts as `/`: a base address often ends with one. */
const DOOR =
  /^\/+(?:v1\/+(?!sources|rejected|changes)[^/]+|v1\/+projects\/+[^/]+\/+settings|(?:beacon|pixel)\/+v1\/+[^/]+|v1\/+pixel\/+[^/]+|sourceConfig)\/*$/;

/** Whether a path is one of the doors, which take a query whatever stands in it: an event is worth more than its address. */
export function isDoor(path: string): boolean {
  return DOOR.test(path);
}

/**
 * Lets any content type in as bytes (SDKs send JSON as text/plain, gzipped, or without saying what it is), and answers
 * browsers of any site: a write key is no secret, and the door sets no cookies.
 */
export function prepareServer(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  instance.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined || !isDoor(request.url.split('?', 1)[0] ?? '')) return done();
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
