import { seededBatch } from '@hilo/test-stack';
import { describe, expect, it } from 'vitest';
import { MERGED_BYTES } from '../domain/merged-sizes.ts';
import { RECORD_BYTES } from '../domain/record-bytes.ts';
import { DEFAULT_LIMITS, type Source } from '../domain/source.ts';
import { MemoryEventLog } from '../testing/memory-log.ts';
import { sourceOf } from '../testing/sources.ts';
import { receiveEvents } from './receive-events.ts';

const LARGE = { max_event_bytes: 512 * 1024, max_batch_bytes: 4 * 1024 * 1024 };
/** What one event may take beside its own bytes. */
const AN_ITEM_BYTES = 4096;

function endpointOf(changes: Partial<Source> = {}) {
  const log = new MemoryEventLog();
  const source = sourceOf('web', changes);
  const refused: string[] = [];
  const endpoint = receiveEvents({
    ...{ log, nowMs: () => 1_796_000_000_000, newId: () => 'made', bodyBytes: LARGE.max_batch_bytes, tracer: null },
    sourceOf: (write_key) => (write_key === source.write_key ? source : undefined),
    encode: (event) => log.codec.encode('events.received', event),
    metrics: { events: () => undefined, refused: (reason) => void refused.push(reason) },
  });
  const send = (path: string, body: string, queryKey: string | undefined = source.write_key) =>
    endpoint({
      ...{ path, queryKey, authorization: undefined, encoding: undefined, ip: '203.0.113.7', traceparent: undefined },
      body: Buffer.from(body),
    });
  const bytes = () => log.records.reduce((sum, { key, value }) => sum + value.length + (key?.length ?? 0), 0);
  return { log, send, bytes, refused };
}

describe('a small request stays small', () => {
  it('2,000 events that are too deep: each keeps its own bytes, once', async () => {
    const { log, send, bytes } = endpointOf();
    const item = `{"type":"track","userId":"u","event":"x","a":${'['.repeat(110)}${']'.repeat(110)}}`;
    const body = `{"batch":[${Array(1800).fill(item).join(',')}]}`;
    expect((await send('batch', body)).status).toBe(400);
    expect(bytes()).toBeLessThan(2 * body.length);
    const events = log.take();
    expect(events.length).toBe(1800);
    expect(new Set(events.map(({ original }) => original?.toString()))).toEqual(new Set([item]));
  });

  it.each([
    ['numbers that get longer', `{"n":[${'1e20,'.repeat(6000)}1]}`],
    ['control characters', JSON.stringify({ text: '\u0001'.repeat(5000) })],
    ['letters with three bytes', JSON.stringify({ text: '€'.repeat(10_000) })],
  ])('%s', async (_, properties) => {
    const { send, bytes } = endpointOf();
    const body = `{"userId":"u","event":"x","properties":${properties}}`;
    expect((await send('track', body)).status).toBe(200);
    expect(bytes()).toBeLessThan(3 * Buffer.byteLength(body) + AN_ITEM_BYTES);
  });

  it('a context that 1,000 events would repeat is refused before it is repeated', async () => {
    const { log, send, bytes } = endpointOf();
    const page = 'p'.repeat(100_000);
    const batchOf = (count: number) =>
      JSON.stringify({ context: { page }, batch: Array(count).fill({ type: 'page', userId: 'u' }) });
    const answer = await send('batch', batchOf(1000));
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([413, 'body_too_large']);
    expect(bytes()).toBeLessThan(200_000);
    expect(log.claimedBytes).toBeLessThan(MERGED_BYTES + 1000 * 1024);
    expect(log.take().map(({ type, faults }) => [type, faults.length])).toEqual([['batch', 1]]);
    expect((await send('batch', batchOf(80))).status).toBe(200);
    expect(log.take().length).toBe(80);
    expect(log.openBytes).toBe(0);
  });

  it('events that bring a context of their own are counted with that', async () => {
    const { send, log } = endpointOf();
    const shared = { page: 'p'.repeat(100_000) };
    const batch = Array(1000).fill({ type: 'page', userId: 'u', context: { page: 'mine' } });
    expect((await send('batch', JSON.stringify({ context: shared, batch }))).status).toBe(200);
    expect(log.take().length).toBe(1000);
  });

  it('an event that gets too large for Kafka by the context of its batch is rejected alone', async () => {
    const { send, log } = endpointOf(LARGE);
    const batch = [
      { type: 'page', userId: 'u', messageId: 'large', properties: { a: 'x'.repeat(500_000) } },
      { type: 'page', userId: 'u', messageId: 'small' },
    ];
    const answer = await send('batch', JSON.stringify({ context: { page: 'p'.repeat(400_000) }, batch }));
    expect(answer.status).toBe(400);
    expect(Math.max(...log.records.map(({ value }) => value.length))).toBeLessThan(RECORD_BYTES);
    const found = log.take().map(({ message_id, faults }) => [message_id, faults[0]?.code]);
    expect(found).toEqual([
      ['large', 'event_too_large'],
      ['small', undefined],
    ]);
  });

  it('what stands beside the events may not be larger than an event', async () => {
    const { send } = endpointOf(LARGE);
    const answer = await send('batch', JSON.stringify({ context: { a: 'x'.repeat(900_000) }, batch: [] }));
    expect(answer.status).toBe(413);
  });

  it('a context that is too deep is refused, not an accident', async () => {
    const { send, log } = endpointOf();
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const answer = await send('batch', `{"context":${deep},"batch":[{"type":"page","userId":"u"}]}`);
    expect(answer.status).toBe(400);
    expect(log.take().map(({ faults }) => faults[0]?.code)).toEqual(['too_deep']);
  });

  it('a fault list is short, whatever is wrong', async () => {
    const { send, log } = endpointOf();
    const all = Object.fromEntries(
      ['event', 'name', 'category', 'userId', 'anonymousId', 'groupId', 'previousId', 'messageId', 'properties']
        .concat(['traits', 'context', 'integrations', 'timestamp'])
        .map((name) => [name, 7]),
    );
    await send('track', JSON.stringify(all));
    expect(log.records[0]?.value.length).toBeLessThan(AN_ITEM_BYTES);
  });

  it('a large body is not parsed for somebody unknown, and finds its source by the key in it', async () => {
    const { send, refused } = endpointOf(LARGE);
    const batch = Array(2000).fill({ type: 'page', userId: 'u', properties: { text: 'x'.repeat(100) } });
    expect((await send('batch', JSON.stringify({ batch }), '')).status).toBe(401);
    expect(refused).toEqual(['unknown_key']);
    expect((await send('batch', JSON.stringify({ batch, writeKey: 'web-write-key' }), '')).status).toBe(200);
    const inFirst = [{ type: 'page', userId: 'u', writeKey: 'web-write-key' }, ...batch];
    expect((await send('batch', JSON.stringify({ batch: inFirst }), '')).status).toBe(200);
  });

  it('where there is no room, nothing is made: 429', async () => {
    const { send, log, refused } = endpointOf();
    log.mood = 'crowded';
    const answer = await send('batch', JSON.stringify({ batch: [{ type: 'page', userId: 'u' }] }));
    expect([answer.status, refused]).toEqual([429, ['overloaded']]);
    expect([log.records.length, log.openBytes]).toEqual([0, 0]);
  });
});

describe.each([
  ['a source with the usual limits', DEFAULT_LIMITS],
  ['a source with the largest limits', LARGE],
])('seeded batches to %s', (_, limits) => {
  it('keep their size, lose no valid event, and give their room back', { timeout: 120_000 }, async () => {
    const { log, send, bytes } = endpointOf(limits);
    for (let seed = 1; seed <= 150; seed++) {
      const batch = seededBatch(seed, limits);
      const answer = await send('batch', batch.body);
      const most = 3 * Math.max(batch.mergedBytes, Buffer.byteLength(batch.body)) + AN_ITEM_BYTES * (batch.items + 1);
      expect(bytes(), `seed ${seed}`).toBeLessThan(most);
      expect(log.openBytes).toBe(0);
      const events = log.take();
      if (batch.mergedBytes > MERGED_BYTES && !batch.isBroken) {
        expect([seed, answer.status]).toEqual([seed, 413]);
        continue;
      }
      const taken = events.filter(({ faults }) => faults.length === 0).map(({ message_id }) => message_id);
      if (answer.status !== 401) expect([seed, taken]).toEqual([seed, batch.valid]);
    }
  });
});
