import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { Public } from '@hilo/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveOverview, Overview } from '../live-overview.ts';
import { TOKENS } from '../ports.ts';
import { type StreamParts, streamFeed } from './event-stream.ts';
import type { HttpAccess } from './http-access.ts';

/** The live overview, once and as a stream, for everybody who is signed in. */
@Controller('api')
@Public()
export class LiveController {
  readonly #overview: LiveOverview;
  readonly #parts: StreamParts;

  constructor(
    @Inject(TOKENS.overview) overview: LiveOverview,
    @Inject(TOKENS.access) access: HttpAccess,
    @Inject(TOKENS.closing) closing: AbortSignal,
  ) {
    this.#overview = overview;
    this.#parts = { access, closing };
  }

  @Get('overview')
  async once(@Req() request: FastifyRequest): Promise<Overview> {
    await this.#parts.access.allow(request, 'pipeline', 'read');
    return this.#overview.latest();
  }

  @Get('live')
  async stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await streamFeed(request, reply, this.#overview, this.#parts);
  }
}
