import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { Public, problem } from '@hilo/service';
import type { FastifyReply } from 'fastify';
import type { PageFiles } from '../adapters/page-files.ts';
import { TOKENS } from '../ports.ts';

/** The browser takes scripts, styles and data from here alone, and shows the page in no frame of another's. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page itself: a handful of files, no framework. */
@Controller()
@Public()
export class PageController {
  readonly #files: PageFiles;

  constructor(@Inject(TOKENS.page) files: PageFiles) {
    this.#files = files;
  }

  @Get()
  html(@Res() reply: FastifyReply): void {
    this.file('page.html', reply);
  }

  @Get('page/:file')
  file(@Param('file') name: string, @Res() reply: FastifyReply): void {
    const file = this.#files.get(name);
    if (file === undefined) throw problem(404, 'not_found', 'The page has no such file.', { field: 'file' });
    void reply
      .headers({
        'content-type': file.type,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-cache',
      })
      .send(file.body);
  }
}
