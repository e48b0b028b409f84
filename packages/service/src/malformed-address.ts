import type { FastifyInstance, FastifyReply } from 'fastify';
import { ANSWER_HEADERS } from './answer-headers.ts';
import { problemBody } from './problem.ts';

/** Answers a request whose address cannot be decoded, in the service's error format. */
export type AnswerMalformed = (reply: FastifyReply, detail: string, field: 'path' | 'query') => void;

/** What is wrong with such an address. */
const MALFORMED =
  'The address has a percent sign that is not followed by two hex digits of a UTF-8 byte. Write %25 for the sign itself.';

/** The answer as a problem. */
export const malformedProblem: AnswerMalformed = (reply, detail, field) => {
  void reply
    .status(400)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemBody(400, 'invalid_request', detail, field)));
};

/** For fastify's `frameworkErrors`, which reports an address before any route is found. */
export function answerFrameworkErrors(answer: AnswerMalformed) {
  return (error: { readonly code?: string; readonly statusCode?: number }, _request: unknown, reply: unknown): void => {
    answer(
      (reply as FastifyReply).headers(ANSWER_HEADERS),
      error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? 'A part of the address is too long.' : MALFORMED,
      'path',
    );
  };
}

/**
 * Refuses queries with malformed escapes, which fastify would take literally; leaves those of `lenient` paths alone.
 */
export function refuseMalformedQueries(
  instance: FastifyInstance,
  answer: AnswerMalformed,
  lenient: (path: string) => boolean,
): void {
  instance.addHook('onRequest', (request, reply, done) => {
    const { url } = request;
    const mark = url.indexOf('?');
    if (mark === -1 || !url.includes('%', mark) || isDecodable(url.slice(mark)) || lenient(url.slice(0, mark)))
      return done();
    answer(reply, MALFORMED, 'query');
  });
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
