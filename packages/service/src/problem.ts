import { type ArgumentsHost, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_STATUS, type ProblemCode } from './contract/problem-codes.ts';
import type { Logger } from './logger.ts';
import { isStoreUnavailable } from './store-unavailable.ts';

/** An error answer in the format of RFC 9457 (`application/problem+json`). */
export interface ProblemBody {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** Stable code for programs. */
  readonly code: string;
  /** For people: what is wrong, and what would be right. */
  readonly detail: string;
  /** Path of the faulty field, if there is one. */
  readonly field?: string;
}

/** More about a problem: the faulty field, and headers of the answer. */
export interface ProblemDetails {
  readonly field?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by handlers to answer with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, detail: string, details: ProblemDetails = {}) {
    super(detail);
    this.code = code;
    this.details = details;
  }

  /** The HTTP status that the code comes with. */
  get status(): number {
    return PROBLEM_STATUS[this.code];
  }
}

/** Ends the request with a problem: `throw problem('not_found', 'There is no source "web".', { field: 'key' })`. */
export function problem(code: ProblemCode, detail: string, details?: ProblemDetails): ProblemError {
  return new ProblemError(code, detail, details);
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request took too long',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  502: 'A service behind this one failed',
  503: 'Not ready',
  504: 'A service behind this one took too long',
};

/** The body of a problem answer. */
export function problemBody(status: number, code: string, detail: string, field?: string): ProblemBody {
  const body = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, code, detail } as const;
  return field === undefined ? body : { ...body, field };
}

/** Hears of each request that is answered with 401 or 403, with the code of the answer. */
export type OnRefusal = (request: FastifyRequest, code: ProblemCode) => void;

/**
 * Answers every error of a handler, a guard or the framework as a problem: 503 while a store is unavailable, 500 for an
 * unexpected error, which it logs.
 */
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;
  readonly #refused: OnRefusal;

  constructor(logger: Logger, refused: OnRefusal = () => undefined) {
    this.#logger = logger;
    this.#refused = refused;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof ProblemError) {
      if (error.status === 401 || error.status === 403) this.#refused(http.getRequest<FastifyRequest>(), error.code);
      void reply.headers(error.details.headers ?? {});
      answer(reply, problemBody(error.status, error.code, error.message, error.details.field));
    } else if (error instanceof HttpException) {
      const status = error.getStatus();
      answer(reply, problemBody(status, codeOf(status), error.message));
    } else if (isUnstorable(error)) {
      this.#logger.warn({ reason: error.code }, 'a request held a value that the database cannot store');
      answer(reply, problemBody(400, 'invalid_request', 'A value of the request cannot be stored or compared.'));
    } else if (isStoreUnavailable(error)) {
      this.#logger.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'a store does not answer');
      void reply.header('retry-after', '1');
      answer(reply, problemBody(503, 'unavailable', 'The database does not answer for now. Try again in a moment.'));
    } else {
      this.#logger.error({ err: error }, 'A request failed unexpectedly');
      answer(reply, problemBody(500, 'internal_error', 'Something went wrong on our side. The log has the details.'));
    }
  }
}

/** The code of what the framework refuses. */
function codeOf(status: number): ProblemCode {
  if (status === 404) return 'not_found';
  if (status === 413) return 'too_large';
  if (status === 415) return 'unsupported_media_type';
  return status >= 500 ? 'internal_error' : 'invalid_request';
}

/** PostgreSQL's class of errors for data that it cannot store: too long, out of range, not valid text. */
function isUnstorable(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^22[0-9A-Z]{3}$/.test(error.code)
  );
}

function answer(reply: FastifyReply, body: ProblemBody): void {
  void reply
    .status(body.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(body));
}
