import { Controller, Get, Inject, Res } from '@nestjs/common';
import { Public, problem } from '@hilo/service';
import type { FastifyReply } from 'fastify';
import type { LiveOverview, Overview } from '../live-overview.ts';
import { TOKENS } from '../ports.ts';

/** A browser that reads this much too slowly is let go; it comes back by itself. */
const UNREAD_BYTES_AT_MOST = 262_144;

/** The live overview, once and as a stream. Open to all who reach the port: it holds no personal data. */
@Controller('v1')
@Public()
export class LiveController {
  readonly #overview: LiveOverview;
  readonly #closing: AbortSignal;

  constructor(@Inject(TOKENS.overview) overview: LiveOverview, @Inject(TOKENS.closing) closing: AbortSignal) {
    this.#overview = overview;
    this.#closing = closing;
  }

  @Get('overview')
  once(): Promise<Overview> {
    return this.#overview.latest();
  }

  @Get('live')
  stream(@Res() reply: FastifyReply): void {
    const { raw } = reply;
    const unwatch = this.#overview.watch((overview) => {
      if (raw.writableLength > UNREAD_BYTES_AT_MOST) raw.destroy();
      else raw.write(`data: ${JSON.stringify(overview)}\n\n`);
    });
    if (unwatch === null)
      throw problem(503, 'too_many_watchers', 'Too many pages are open; close one and try again.', {
        headers: { 'retry-after': '5' },
      });
    const end = (): void => void raw.end();
    this.#closing.addEventListener('abort', end);
    raw.on('close', () => {
      this.#closing.removeEventListener('abort', end);
      unwatch();
    });
    reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    raw.write('retry: 1000\n\n');
  }
}
