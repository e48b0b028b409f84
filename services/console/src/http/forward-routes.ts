import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { problem } from '@hilo/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { forwardPath } from '../domain/forward-path.ts';
import { levelOf } from '../domain/rights.ts';
import { type ForwardAnswer, type ForwardRequest, ServiceRefused } from '../forward.ts';
import { ServiceAway, ServiceSilent } from '../ports.ts';
import { AnswerTooLarge } from '../read-answer.ts';
import type { HttpAccess } from './http-access.ts';

/** Longest answer, streams included: who watches one for longer asks again, and shows again who asks. */
const ANSWERED_WITHIN_MS = 300_000;

/** Longest change. */
const CHANGED_WITHIN_MS = 60_000;

/** What the routes need. */
export interface ForwardRouteParts {
  readonly access: HttpAccess;
  readonly forward: (request: ForwardRequest) => Promise<ForwardAnswer>;
  /** Aborts when the server is about to close. */
  readonly closing: AbortSignal;
}

/** Serves `/api/{service}/v1/…`: the services' own interfaces, with a person's rights. */
export function serveForwarding(instance: FastifyInstance, { access, forward, closing }: ForwardRouteParts): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const to = forwardPath(request.raw.url ?? '');
    const { method } = request;
    // Who asks comes first: a stranger learns nothing of what there is.
    const actor = to === null ? await access.actor(request) : await access.allow(request, to.service, levelOf(method));
    if (to === null) throw problem(404, 'not_found', 'Nothing is forwarded from this address.');
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const signal =
      method === 'GET'
        ? AbortSignal.any([gone.signal, closing, AbortSignal.timeout(ANSWERED_WITHIN_MS)])
        : AbortSignal.timeout(CHANGED_WITHIN_MS);
    const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : null;
    const got = await forward({ actor, to, method, headers: request.headers, body, signal }).catch((error: unknown) => {
      throw problemOf(error, to.service);
    });
    void reply.status(got.status).headers({ 'cache-control': 'no-store', ...got.headers });
    return reply.send(bodyOf(got.body));
  };
  for (const method of ['GET', 'PUT', 'POST', 'DELETE'] as const)
    instance.route({ method, url: '/api/:service/v1/*', exposeHeadRoute: false, handler: answer });
}

function bodyOf(body: ForwardAnswer['body']): Buffer | Readable | undefined {
  if (body === null) return undefined;
  return Buffer.isBuffer(body) ? body : Readable.fromWeb(body as NodeReadableStream<Uint8Array>);
}

function problemOf(error: unknown, service: string): Error {
  if (error instanceof ServiceAway)
    return problem(503, 'unavailable', `${service} does not answer for now. Try again in a moment.`, {
      headers: { 'retry-after': '1' },
    });
  if (error instanceof ServiceSilent)
    return problem(504, 'timeout', `${service} did not answer in time. A change may have been made: look before you repeat it.`);
  if (error instanceof ServiceRefused)
    return problem(502, 'bad_gateway', `${service} refuses the console: they must be started with the same admin token.`);
  if (error instanceof AnswerTooLarge)
    return problem(502, 'answer_too_large', `${service} answered with more than fits. Ask for fewer items.`);
  return error instanceof Error ? error : new Error('forwarding failed', { cause: error });
}
