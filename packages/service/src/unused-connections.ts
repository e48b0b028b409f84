import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** A request may be on its way on such a connection: it is still served. */
const GRACE_MS = 1_000;

/**
 * Returns a function that soon ends every connection on which no request has begun. Browsers and HTTP clients open some ahead of
 * need. Node counts them as busy, and its limit for the headers no longer runs once a server closes: closing would wait for
 * such a client for ever.
 */
export function unusedConnections(server: Server): () => void {
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  return () => {
    setTimeout(() => {
      for (const socket of unused) socket.destroy();
    }, GRACE_MS).unref();
  };
}
