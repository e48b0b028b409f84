import { DEFAULT_LIMITS, type Source } from '../domain/source.ts';
import { type IngestEndpointDependencies, receiveEvents } from './receive-events.ts';

const ROUNDS = 40;
const EVENTS = 50;
const SOURCE: Source = {
  key: '',
  name: '',
  write_key: '',
  ...DEFAULT_LIMITS,
  answer: 'explicit',
  unreadable_times: 'keep',
  enabled: true,
};

/**
 * Sends made-up events through the ingest endpoint's code, to no log, so that the first real ones meet compiled code.
 */
export async function warmUp(dependencies: IngestEndpointDependencies): Promise<void> {
  const endpoint = receiveEvents({
    ...dependencies,
    tracer: null,
    log: {
      append: async () => undefined,
      full: () => false,
      claim: (records, bytes) => ({ records, bytes }),
      release: () => undefined,
    },
    sourceOf: () => SOURCE,
    metrics: { events: () => undefined, refused: () => undefined },
  });
  const batch = Array.from({ length: EVENTS }, (_, index) => ({
    ...{
      type: index % 5 === 0 ? 'identify' : 'track',
      event: 'Order Completed',
      userId: `user-${index}`,
      anonymousId: `${index}`,
    },
    ...{
      messageId: `message-${index}`,
      timestamp: '2026-01-01T00:00:00.000Z',
      context: { library: { name: 'warm', version: '1' } },
    },
    ...{
      properties: { order_id: `${index}`, revenue: index / 3, products: [{ name: 'thread', price: 1.5 }] },
      traits: { plan: 'a' },
    },
  }));
  const body = Buffer.from(JSON.stringify({ batch, sentAt: '2026-01-01T00:00:01.000Z' }));
  const request = {
    authorization: undefined,
    encoding: undefined,
    queryKey: 'any',
    ip: '127.0.0.1',
    traceparent: undefined,
    body,
  };
  for (let round = 0; round < ROUNDS; round++) await endpoint({ ...request, path: 'batch' });
}
