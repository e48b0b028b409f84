import type { OutgoingHttpHeaders } from 'node:http';
import { problem } from '@hilo/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type LiveFeed, WATCHED_EACH } from '../live-feed.ts';
import type { HttpAccess } from './http-access.ts';

/** A browser that reads this much too slowly is disconnected; it reconnects by itself. */
const UNREAD_BYTES_AT_MOST = 262_144;

/** How often a stream checks its viewer's session: a person who was signed out meanwhile sees no more. */
const ASKED_AGAIN_MS = 15_000;

const TOO_MANY = `You can have ${WATCHED_EACH} such pages open. Close one and try again.`;

/** Who may see the streams, and when they end. */
export interface StreamDependencies {
  readonly access: HttpAccess;
  /** Aborts when the server is about to close. */
  readonly closing: AbortSignal;
}

/** Streams what a feed produces as server-sent events, to everybody who may see how everything runs. */
export async function streamFeed<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  feed: LiveFeed<T>,
  { access, closing }: StreamDependencies,
): Promise<void> {
  const actor = await access.allow(request, 'pipeline', 'read', null);
  const { raw } = reply;
  if (raw.destroyed) return void reply.hijack();
  const unwatch = feed.watch(access.personOf(actor), (made) => {
    if (raw.writableLength > UNREAD_BYTES_AT_MOST) raw.destroy();
    else raw.write(`data: ${made}\n\n`);
  });
  if (unwatch === null) throw problem('too_many_watchers', TOO_MANY, { headers: { 'retry-after': '5' } });
  const end = (): void => void raw.end();
  const asking = setInterval(() => {
    // An unavailable database does not mean that the viewer was signed out.
    void access.allow(request, 'pipeline', 'read', null).catch((error: unknown) => {
      if (isRefusal(error)) end();
    });
  }, ASKED_AGAIN_MS);
  closing.addEventListener('abort', end);
  raw.on('close', () => {
    clearInterval(asking);
    closing.removeEventListener('abort', end);
    unwatch();
  });
  reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'close',
  });
  raw.write('retry: 1000\n\n');
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'status' in error && (error.status === 401 || error.status === 403);
}
