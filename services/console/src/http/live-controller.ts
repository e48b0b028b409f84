import { Controller, Inject, Req, Res } from '@nestjs/common';
import { Public, Route } from '@hilo/service';
import type { AnswerOf } from '@hilo/service/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveOperations } from '../live-operations.ts';
import type { LiveOverview } from '../live-overview.ts';
import { TOKENS } from '../ports.ts';
import { Allow } from './api-guard.ts';
import { type Api, contract } from './contract.ts';
import { type StreamDependencies, streamFeed } from './event-stream.ts';
import type { HttpAccess } from './http-access.ts';

/** The overview, and how the installation runs: each once and as a stream, for everybody who may see how everything runs. */
@Controller()
@Public()
export class LiveController {
  readonly #overview: LiveOverview;
  readonly #operations: LiveOperations;
  readonly #dependencies: StreamDependencies;

  constructor(
    @Inject(TOKENS.overview) overview: LiveOverview,
    @Inject(TOKENS.operations) operations: LiveOperations,
    @Inject(TOKENS.access) access: HttpAccess,
    @Inject(TOKENS.closing) closing: AbortSignal,
  ) {
    this.#overview = overview;
    this.#operations = operations;
    this.#dependencies = { access, closing };
  }

  @Route(contract, 'getOverview')
  @Allow('pipeline', 'read')
  overview(): Promise<AnswerOf<Api, 'getOverview'>> {
    return this.#overview.latest();
  }

  @Route(contract, 'watchOverview')
  async watchOverview(_call: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await streamFeed(request, reply, this.#overview, this.#dependencies);
  }

  @Route(contract, 'getOperations')
  @Allow('pipeline', 'read')
  operations(): Promise<AnswerOf<Api, 'getOperations'>> {
    return this.#operations.latest();
  }

  @Route(contract, 'watchOperations')
  async watchOperations(_call: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await streamFeed(request, reply, this.#operations, this.#dependencies);
  }
}
