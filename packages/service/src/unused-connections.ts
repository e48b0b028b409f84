import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** A request may be in flight on such a connection; it is still served. */
const GRACE_MS = 1_000;

/**
 * Returns a function that soon closes every connection on which no request has begun. Browsers and HTTP clients open
 * some in advance. Node counts them as busy, and no longer enforces its header timeout once a server closes, so closing
 * would wait for such a client forever.
 */
export function unusedConnections(server: Server): () => void {
  const unused = new Set<Socket>();
  // With TLS, requests name the encrypted connection; one that never gets that far ends with the handshake's own limit.
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
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
