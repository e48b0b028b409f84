import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { Public, problem } from '@hilo/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveOverview, Overview } from '../live-overview.ts';
import { TOKENS } from '../ports.ts';
import type { HttpAccess } from './http-access.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** A browser that reads this much too slowly is let go; it comes back by itself. */
const UNREAD_BYTES_AT_MOST = 262_144;

/** Who watches is asked for again this often: whoever was signed out meanwhile sees no more. */
const ASKED_AGAIN_MS = 15_000;

/** The live overview, once and as a stream, for everybody who is signed in. */
@Controller('api')
@Public()
export class LiveController {
  readonly #overview: LiveOverview;
  readonly #access: HttpAccess;
  readonly #closing: AbortSignal;

  constructor(
    @Inject(TOKENS.overview) overview: LiveOverview,
    @Inject(TOKENS.access) access: HttpAccess,
    @Inject(TOKENS.closing) closing: AbortSignal,
  ) {
    this.#overview = overview;
    this.#access = access;
    this.#closing = closing;
  }

  @Get('overview')
  async once(@Req() request: FastifyRequest): Promise<Overview> {
    await this.#access.allow(request, 'pipeline', 'read');
    return this.#overview.latest();
  }

  @Get('live')
  async stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#access.allow(request, 'pipeline', 'read');
    const { raw } = reply;
    if (raw.destroyed) return void reply.hijack();
    const unwatch = this.#overview.watch((overview) => {
      if (raw.writableLength > UNREAD_BYTES_AT_MOST) raw.destroy();
      else raw.write(`data: ${JSON.stringify(overview)}\n\n`);
    });
    if (unwatch === null)
      throw problem(503, 'too_many_watchers', 'Too many pages are open; close one and try again.', {
        headers: { 'retry-after': '5' },
      });
    const end = (): void => void raw.end();
    const asking = setInterval(() => {
      // A database that is away says nothing about who has gone.
      void this.#access.allow(request, 'pipeline', 'read').catch((error: unknown) => {
        if (isRefusal(error)) end();
      });
    }, ASKED_AGAIN_MS);
    this.#closing.addEventListener('abort', end);
    raw.on('close', () => {
      clearInterval(asking);
      this.#closing.removeEventListener('abort', end);
      unwatch();
    });
    reply.hijack();
    raw.writeHead(200, {
      ...SECURITY_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    raw.write('retry: 1000\n\n');
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'status' in error && (error.status === 401 || error.status === 403);
}
