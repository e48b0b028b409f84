import type { FastifyInstance } from 'fastify';
import type { PageFiles } from './adapters/page-files.ts';
import { type ForwardRouteParts, serveForwarding } from './http/forward-routes.ts';
import { servePages } from './http/page-routes.ts';
import { SECURITY_HEADERS } from './http/security-headers.ts';

/** What the server's own routes need. */
export interface PrepareParts extends Omit<ForwardRouteParts, 'closing'> {
  readonly pages: PageFiles;
  /** Aborted when the server is about to close. */
  readonly closing: AbortController;
}

/**
 * Takes bodies as bytes, since a webhook's signature covers exactly what was sent and forwarded ones are none of our
 * business; sends the security headers with every answer; says when the server is about to close, since live streams never
 * end by themselves and closing would wait for them for ever; serves the pages and what is forwarded.
 */
export function prepareHttp({ pages, closing, access, forward }: PrepareParts): (instance: FastifyInstance) => void {
  return (instance) => {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    instance.addHook('onRequest', (request, reply, done) => {
      void reply.headers(SECURITY_HEADERS);
      if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
      done();
    });
    instance.addHook('preClose', (done) => {
      closing.abort();
      done();
    });
    serveForwarding(instance, { access, forward, closing: closing.signal });
    servePages(instance, pages);
  };
}
