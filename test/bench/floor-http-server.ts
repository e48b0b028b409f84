/** The least an ingest endpoint can do: a bare fastify endpoint that parses a batch and answers. Prints its address. */
import { fastify } from 'fastify';

const BATCH_BYTES_MAX = 1_048_576;

const server = fastify({ bodyLimit: BATCH_BYTES_MAX });
let events = 0;
server.post('/v1/batch', (request) => {
  events += (request.body as { batch: readonly unknown[] }).batch.length;
  return { success: true };
});
server.get('/events', () => ({ events }));
const address = await server.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${address}\n`);
process.once('SIGTERM', () => void server.close());
