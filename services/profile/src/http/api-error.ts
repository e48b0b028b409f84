import { randomUUID } from 'node:crypto';
import { type AnswerMalformed, type Logger, ON_REFUSAL, type OnRefusal, ProblemError } from '@hilo/service';
import type { SchemaOf } from '@hilo/service/contract';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Optional } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoreUnavailableError, TOKENS, UnknownCursorError } from '../ports.ts';
import type { Api } from './contract.ts';

/** Error codes of Segment's Profile API; `unavailable` and `internal_error` are ours, for what Segment has no word. */
export type ApiErrorCode = SchemaOf<Api, 'Error'>['error']['code'];

/** Ends a request of the Profile API with an error of Segment's shape. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: ApiErrorCode;

  constructor(status: number, code: ApiErrorCode, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Answers every error of the Profile API as Segment does: `{"error": {"code", "message"}}`. */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  readonly #logger: Logger;
  readonly #refused: OnRefusal;

  /** `refused` hears of requests without the admin token; nobody does in a service without a change log. */
  constructor(
    @Inject(TOKENS.logger) logger: Logger,
    @Optional() @Inject(ON_REFUSAL) refused: OnRefusal = () => undefined,
  ) {
    this.#logger = logger;
    this.#refused = refused;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const { status, code, message } = this.#apiError(error);
    if (status === 401) this.#refused(http.getRequest<FastifyRequest>(), 'unauthorized');
    if (status === 401) void reply.header('www-authenticate', 'Basic realm="Hilo Profile API"');
    if (status === 503) void reply.header('retry-after', '1');
    void reply.status(status).send({ error: { code, message } });
  }

  #apiError(error: unknown): Pick<ApiError, 'status' | 'code' | 'message'> {
    if (error instanceof ApiError) return error;
    if (error instanceof StoreUnavailableError) return new ApiError(503, 'unavailable', error.message);
    if (error instanceof UnknownCursorError) return new ApiError(400, 'invalid_request_error', error.message);
    if (error instanceof ProblemError) return new ApiError(error.status, codeOf(error), error.message);
    this.#logger.error({ err: error }, 'A request failed for a reason that nobody expected');
    return new ApiError(500, 'internal_error', 'Something went wrong on our side. The log has the details.');
  }
}

/** Segment has a word of its own for a profile that is named in a wrong way. */
function codeOf({ details }: ProblemError): ApiErrorCode {
  return details.field === 'identifier' ? 'validation_error' : 'invalid_request_error';
}

/** Answers an address that can't be read in the same shape. */
export const malformedAddress: AnswerMalformed = (reply, message) => {
  const code: ApiErrorCode = 'invalid_request_error';
  void reply.status(400).headers({ 'Request-Id': randomUUID() }).send({ error: { code, message } });
};
