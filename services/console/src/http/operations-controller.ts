import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { Public } from '@hilo/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operations } from '../domain/operations.ts';
import type { LiveOperations } from '../live-operations.ts';
import { TOKENS } from '../ports.ts';
import { type StreamParts, streamFeed } from './event-stream.ts';
import type { HttpAccess } from './http-access.ts';

/** How the installation runs, once and as a stream, for everybody who may see how everything runs. */
@Controller('api/operations')
@Public()
export class OperationsController {
  readonly #operations: LiveOperations;
  readonly #parts: StreamParts;

  constructor(
    @Inject(TOKENS.operations) operations: LiveOperations,
    @Inject(TOKENS.access) access: HttpAccess,
    @Inject(TOKENS.closing) closing: AbortSignal,
  ) {
    this.#operations = operations;
    this.#parts = { access, closing };
  }

  @Get()
  async once(@Req() request: FastifyRequest): Promise<Operations> {
    await this.#parts.access.allow(request, 'pipeline', 'read');
    return this.#operations.latest();
  }

  @Get('live')
  async stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await streamFeed(request, reply, this.#operations, this.#parts);
  }
}
