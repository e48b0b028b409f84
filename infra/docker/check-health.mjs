/** Program: ends with 0 if the service that answers HTTPS in this container is ready, or what its argument says. */
import { get } from 'node:https';

const WITHIN_MS = 4_000;
const { HILO_PORT: port } = process.env;
const path = `/health/${process.argv[2] ?? 'ready'}`;
get({ host: '127.0.0.1', port, path, timeout: WITHIN_MS, agent: false }, ({ statusCode }) =>
  process.exit(statusCode === 200 ? 0 : 1),
)
  .once('timeout', () => process.exit(1))
  .once('error', () => process.exit(1));
