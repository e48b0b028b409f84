import { randomInt } from 'node:crypto';
import { createServer, Socket } from 'node:net';

/** Below the range that Linux uses for outgoing connections. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** Whether something accepts TCP connections on this port of 127.0.0.1. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1000, () => done(false));
    socket.once('error', () => done(false));
    socket.connect(port, '127.0.0.1', () => done(true));
  });
}

/** Whether this port of 127.0.0.1 is free to listen on. */
export function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Free ports of 127.0.0.1, all different, picked at random so that two callers rarely collide. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries > count * 100) throw new Error('no free ports on 127.0.0.1');
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (!ports.has(port) && (await canListen(port))) ports.add(port);
  }
  return [...ports];
}
