import { expect, test } from 'vitest';
import { MemoryEventLog } from '../testing/memory-log.ts';
import { sourceOf } from '../testing/sources.ts';
import { receiveEvents } from './receive-events.ts';

const NOON = Date.UTC(2026, 10, 22, 12);

test('the order is kept within a request, between requests of one millisecond, and where the clock is set back a little', async () => {
  const log = new MemoryEventLog();
  let nowMs = NOON;
  const endpoint = receiveEvents({
    ...{
      log,
      sourceOf: () => sourceOf('web'),
      nowMs: () => nowMs,
      newId: () => 'made',
      bodyBytes: 10_000,
      tracer: null,
    },
    encode: (event) => log.codec.encode('events.received', event),
    metrics: { events: () => undefined, refused: () => undefined },
  });
  const send = async (at_ms: number, path: string, body: object) => {
    nowMs = NOON + at_ms;
    const { status } = await endpoint({
      ...{ path, authorization: `Basic ${btoa('key:')}`, encoding: undefined, queryKey: undefined, ip: null },
      ...{ traceparent: undefined, body: Buffer.from(JSON.stringify(body)) },
    });
    expect(status).toBe(200);
  };
  const item = { type: 'identify', userId: 'u' };
  await send(1, 'identify', item);
  await send(1, 'batch', { batch: [item, item] });
  await send(1, 'identify', item);
  await send(0, 'identify', item);
  await send(2, 'identify', item);
  await send(-5_000, 'identify', item);
  expect(log.take().map(({ received_at, request_position }) => [(received_at ?? 0) - NOON, request_position])).toEqual([
    ...[
      [1, 0],
      [1, 5_000],
      [1, 5_001],
      [1, 10_000],
    ],
    ...[
      [1, 15_000],
      [2, 0],
      [-5_000, 0],
    ],
  ]);
});
