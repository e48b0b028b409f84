import type { FastifyInstance } from 'fastify';

/**
 * Takes bodies as bytes, since a webhook's signature covers exactly what was sent; and says when the server is about to
 * close, since live streams never end by themselves and closing would wait for them for ever.
 */
export function prepareHttp(closing: AbortController): (instance: FastifyInstance) => void {
  return (instance) => {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    instance.addHook('preClose', (done) => {
      closing.abort();
      done();
    });
  };
}
