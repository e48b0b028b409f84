import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { Public, problem } from '@hilo/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { INDEX, type PageFile, type PageFiles } from '../adapters/page-files.ts';
import { cacheControlOf, isPage } from '../domain/page-path.ts';
import { TOKENS } from '../ports.ts';

/** Serves the pages to everybody: files without data, which they request after sign-in. */
@Controller()
@Public()
export class PageController {
  readonly #files: PageFiles;

  constructor(@Inject(TOKENS.pages) files: PageFiles) {
    this.#files = files;
  }

  @Get(['/', '/*'])
  answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const [pathname = '/'] = request.url.split('?', 1);
    const file = this.#files.get(pathname);
    if (file !== undefined) return send(pathname, file, request, reply);
    if (!isPage(pathname, request.headers.accept ?? ''))
      throw problem('not_found', 'There is nothing at this address.');
    const index = this.#files.get(INDEX);
    if (index !== undefined) return send(INDEX, index, request, reply);
    throw problem('not_built', 'The pages are not built here. Build them with npm run build.');
  }
}

function send(path: string, file: PageFile, request: FastifyRequest, reply: FastifyReply): void {
  const unpacks = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  void reply.headers({ 'content-type': file.type, 'cache-control': cacheControlOf(path), vary: 'accept-encoding' });
  if (file.packed === null || !unpacks) void reply.send(file.body);
  else void reply.header('content-encoding', 'gzip').send(file.packed);
}
