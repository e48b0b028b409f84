import { Controller, Inject, Req, Res } from '@nestjs/common';
import { Public, Route } from '@hilo/service';
import type { AnswerOf } from '@hilo/service/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveOverview } from '../live-overview.ts';
import { TOKENS } from '../ports.ts';
import { Allow } from './api-guard.ts';
import { type Api, contract } from './contract.ts';
import { type StreamDependencies, streamFeed } from './event-stream.ts';
import type { HttpAccess } from './http-access.ts';

/** The live overview, once and as a stream, for everybody who is signed in. */
@Controller()
@Public()
export class LiveController {
  readonly #overview: LiveOverview;
  readonly #dependencies: StreamDependencies;

  constructor(
    @Inject(TOKENS.overview) overview: LiveOverview,
    @Inject(TOKENS.access) access: HttpAccess,
    @Inject(TOKENS.closing) closing: AbortSignal,
  ) {
    this.#overview = overview;
    this.#dependencies = { access, closing };
  }

  @Route(contract, 'getOverview')
  @Allow('pipeline', 'read')
  once(): Promise<AnswerOf<Api, 'getOverview'>> {
    return this.#overview.latest();
  }

  @Route(contract, 'watchOverview')
  async stream(_call: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await streamFeed(request, reply, this.#overview, this.#dependencies);
  }
}
