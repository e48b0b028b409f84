import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { Controller, Delete, Get, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { Public, problem, untilGone } from '@hilo/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { forwardPath } from '../domain/forward-path.ts';
import { areaOfCall, isLongCall, levelOfCall, showsProfiles } from '../domain/rights.ts';
import { type Forward, type ForwardAnswer, ServiceRefusedError } from '../forward.ts';
import { ServiceSilentError, ServiceUnavailableError, TOKENS } from '../ports.ts';
import { AnswerTooLargeError } from '../read-answer.ts';
import type { HttpAccess } from './http-access.ts';

/** Longest answer, streams included: a viewer reconnects after it, and identifies again. */
const ANSWERED_WITHIN_MS = 300_000;

/** Longest change. */
const CHANGED_WITHIN_MS = 60_000;

const REST = ':service/v1/*';

/** `/api/{service}/v1/…`: the services' own APIs, with a person's rights. */
@Controller('api')
@Public()
export class ForwardController {
  readonly #access: HttpAccess;
  readonly #forward: Forward;
  readonly #closing: AbortSignal;

  constructor(
    @Inject(TOKENS.access) access: HttpAccess,
    @Inject(TOKENS.forward) forward: Forward,
    @Inject(TOKENS.closing) closing: AbortSignal,
  ) {
    this.#access = access;
    this.#forward = forward;
    this.#closing = closing;
  }

  @Get(REST)
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(request, reply);
  }

  @Put(REST)
  put(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(request, reply);
  }

  @Post(REST)
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(request, reply);
  }

  @Delete(REST)
  remove(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(request, reply);
  }

  async #answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    // The framework also routes HEAD here: answered like GET, without the body.
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const to = forwardPath(request.raw.url ?? '');
    // Checks the caller first: a stranger learns nothing about what exists.
    if (to === null) {
      await this.#access.actor(request);
      throw problem('not_found', 'Nothing is forwarded from this address.');
    }
    const level = levelOfCall(method, to.target);
    const turn = isLongCall(method, to.target) ? null : to.service;
    if (showsProfiles(to.target)) await this.#access.allow(request, 'profile', 'read', null);
    const actor = await this.#access.allow(request, areaOfCall(method, to.service, to.target), level, turn);
    const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : null;
    const signal =
      level === 'read'
        ? AbortSignal.any([untilGone(reply, ANSWERED_WITHIN_MS), this.#closing])
        : AbortSignal.timeout(CHANGED_WITHIN_MS);
    const sent = {
      actor,
      person: this.#access.personOf(actor),
      to,
      method,
      level,
      headers: request.headers,
      body,
      signal,
    };
    const got = await this.#forward(sent).catch((error: unknown) => {
      throw problemOf(error, to.service);
    });
    void reply.status(got.status).headers({ 'cache-control': 'no-store', ...got.headers });
    void reply.send(bodyOf(got.body));
  }
}

function bodyOf(body: ForwardAnswer['body']): Buffer | Readable | undefined {
  if (body === null) return undefined;
  return Buffer.isBuffer(body) ? body : Readable.fromWeb(body as NodeReadableStream<Uint8Array>);
}

function problemOf(error: unknown, service: string): Error {
  if (error instanceof ServiceUnavailableError)
    return problem('unavailable', `${service} does not answer for now. Try again in a moment.`, {
      headers: { 'retry-after': '1' },
    });
  if (error instanceof ServiceSilentError)
    return problem('timeout', `${service} did not answer. A change may have been made: check before you repeat it.`);
  if (error instanceof ServiceRefusedError)
    return problem(
      'bad_gateway',
      `${service} refuses the console. Check that it has the console's public key, and the right time.`,
    );
  if (error instanceof AnswerTooLargeError)
    return problem('answer_too_large', `The answer of ${service} is too large. Ask for fewer items.`);
  return error instanceof Error ? error : new Error('forwarding failed', { cause: error });
}
