import { problem } from '@hilo/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { INDEX, type PageFiles } from '../adapters/page-files.ts';
import { cacheControlOf, isPage } from '../domain/page-path.ts';

/** Serves the pages to everybody: files without any data in them; what they show they ask for, signed in. */
export function servePages(instance: FastifyInstance, files: PageFiles): void {
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [pathname = '/'] = request.url.split('?', 1);
    if (files.has(pathname)) return send(pathname, request, reply);
    if (!isPage(pathname, request.headers.accept ?? ''))
      throw problem(404, 'not_found', 'There is nothing at this address.');
    if (files.has(INDEX)) return send(INDEX, request, reply);
    throw problem(404, 'not_built', 'The pages are not built here: npm run build makes them.');
  };
  const send = (path: string, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const file = files.get(path);
    if (file === undefined) throw problem(404, 'not_found', 'There is nothing at this address.');
    const unpacks = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    void reply.headers({ 'content-type': file.type, 'cache-control': cacheControlOf(path), vary: 'accept-encoding' });
    if (file.packed === null || !unpacks) return reply.send(file.body);
    return reply.header('content-encoding', 'gzip').send(file.packed);
  };
  instance.get('/', answer);
  instance.get('/*', answer);
}
