import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { PROBLEM_STATUS, type ProblemCode } from './contract/problem-codes.ts';
import { problemBody } from './problem.ts';

/**
 * Headers of every answer, unless a handler sets others: a browser that opens the answer shows no page and runs nothing,
 * takes its media type as it is, keeps no copy, and sends its address to no other site.
 */
export const ANSWER_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Sends the headers with every answer of a route, also where there is none. */
export function sendAnswerHeaders(instance: FastifyInstance): void {
  instance.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(ANSWER_HEADERS);
    done();
  });
}

/** What Node's parser found, by the code of its error. */
const CLIENT_ERRORS: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time. Send it again.'],
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The headers are too large. Send at most 16 KB.'],
};
const UNREADABLE = ['invalid_request', 'This is not an HTTP/1.1 request.'] as const;

/** Answers a request that Node cannot read, and so reaches no route, and ends its connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [code, detail] = CLIENT_ERRORS[error.code ?? ''] ?? UNREADABLE;
  const status = PROBLEM_STATUS[code];
  const body = JSON.stringify(problemBody(status, code, detail));
  const headers = {
    ...ANSWER_HEADERS,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (socket.writable) socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  socket.destroy(error);
}
