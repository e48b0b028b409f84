import { Controller, Inject, Req, Res } from '@nestjs/common';
import { Public, Route } from '@hilo/service';
import type { AnswerOf } from '@hilo/service/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveOperations } from '../live-operations.ts';
import { TOKENS } from '../ports.ts';
import { Allow } from './api-guard.ts';
import { type Api, contract } from './contract.ts';
import { type StreamDependencies, streamFeed } from './event-stream.ts';
import type { HttpAccess } from './http-access.ts';

/** How the installation runs, once and as a stream, for everybody who may see how everything runs. */
@Controller()
@Public()
export class OperationsController {
  readonly #operations: LiveOperations;
  readonly #dependencies: StreamDependencies;

  constructor(
    @Inject(TOKENS.operations) operations: LiveOperations,
    @Inject(TOKENS.access) access: HttpAccess,
    @Inject(TOKENS.closing) closing: AbortSignal,
  ) {
    this.#operations = operations;
    this.#dependencies = { access, closing };
  }

  @Route(contract, 'getOperations')
  @Allow('pipeline', 'read')
  once(): Promise<AnswerOf<Api, 'getOperations'>> {
    return this.#operations.latest();
  }

  @Route(contract, 'watchOperations')
  async stream(_call: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await streamFeed(request, reply, this.#operations, this.#dependencies);
  }
}
