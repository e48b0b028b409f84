import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sharedStack } from '@hilo/test-stack';
import { type TestSource, createSource, endsOf } from './ending.ts';

const credentials = sharedStack();
const ME = { userId: 'u' };
const TRACK = { ...ME, event: 'Seen' };
const LARGE = { ...TRACK, properties: { text: 'x'.repeat(32_768) } };

interface Bad {
  readonly what: string;
  readonly call: string;
  readonly body: string | Buffer | object;
  /** Answer where faults are reported, and as Segment answers. */
  readonly status: number;
  readonly asSegment: number;
  readonly reason: string;
}

const fault = (what: string, call: string, body: object, reason: string): Bad => {
  return { what, call, body, reason, status: 400, asSegment: 200 };
};

const TABLE: readonly Bad[] = [
  fault('neither userId nor anonymousId', 'track', { event: 'Seen' }, 'missing_identifier'),
  fault('a track without event', 'track', ME, 'missing_event'),
  fault('a messageId over 100 characters', 'track', { ...TRACK, messageId: 'x'.repeat(101) }, 'message_id_too_long'),
  fault('a userId that is an object', 'track', { ...TRACK, userId: { id: 42 } }, 'invalid_type'),
  fault('properties that are a text', 'track', { ...TRACK, properties: 'x' }, 'invalid_type'),
  fault('traits that are a list', 'identify', { ...ME, traits: ['x'] }, 'invalid_type'),
  fault('a context that is a number', 'page', { ...ME, context: 1 }, 'invalid_type'),
  fault('an event name that is an object', 'track', { ...ME, event: {} }, 'invalid_type'),
  fault('ids that identify nobody', 'track', { ...TRACK, userId: '0', anonymousId: 'guest' }, 'no_identifier'),
  fault('a batched event of an unknown type', 'batch', { batch: [{ ...ME, type: 'dance' }] }, 'unknown_type'),
  fault('a merge without mergeProperties', 'merge', {}, 'missing_merge_properties'),
  { what: 'bad JSON', call: 'track', body: '{"userId":', status: 400, asSegment: 400, reason: 'invalid_json' },
  {
    what: 'damaged gzip',
    call: 'track',
    body: gzipSync('{}').subarray(0, 15),
    status: 400,
    asSegment: 400,
    reason: 'invalid_json',
  },
  { what: 'a body that is no object', call: 'batch', body: '[]', status: 400, asSegment: 400, reason: 'invalid_body' },
  { what: 'an event over 32 KB', call: 'track', body: LARGE, status: 413, asSegment: 400, reason: 'event_too_large' },
  {
    ...{ what: 'a batch over 500 KB', call: 'batch', status: 413, asSegment: 400, reason: 'body_too_large' },
    body: {
      batch: Array.from({ length: 20 }, () => ({ ...TRACK, type: 'track', properties: { text: 'x'.repeat(30_000) } })),
    },
  },
];

async function post(source: Pick<TestSource, 'write_key'>, call: string, body: Bad['body']): Promise<Response> {
  return fetch(`${credentials.ingestionUrl}/v1/${call}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${source.write_key}:`).toString('base64')}` },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? new Uint8Array(Buffer.from(body)) : JSON.stringify(body),
  });
}

describe('bad input', () => {
  it.each(TABLE)(
    '$what is answered with $status and ends rejected as $reason',
    async ({ call, body, status, reason }) => {
      const source = await createSource(credentials, 'explicit');
      const answer = await post(source, call, body);
      expect([answer.status, await answer.json()]).toMatchObject([status, { faults: [{ code: reason }] }]);
      const { accepted, rejected } = await endsOf(credentials, source, 1);
      expect(accepted).toEqual([]);
      expect(rejected).toMatchObject([{ state: 'rejected', reason, via: 'http' }]);
      expect(rejected[0]?.message).not.toBe('');
      expect(rejected[0]?.original?.length).toBeGreaterThan(0);
    },
  );

  it('is answered as Segment does where the source says so, and ends rejected all the same', async () => {
    const source = await createSource(credentials, 'as-segment', { answer: 'segment' });
    for (const { what, call, body, asSegment } of TABLE)
      expect([what, (await post(source, call, body)).status]).toEqual([what, asSegment]);
    const { rejected } = await endsOf(credentials, source, TABLE.length);
    expect(rejected.map(({ reason }) => reason).sort()).toEqual(TABLE.map(({ reason }) => reason).sort());
  });

  it('with an unknown write key is answered with 401', async () => {
    expect((await post({ write_key: 'nobody' }, 'track', TRACK)).status).toBe(401);
  });

  it('takes nothing from the good events of its batch', async () => {
    const source = await createSource(credentials, 'mixed');
    const good = Array.from({ length: 20 }, (_, index) => ({ ...TRACK, type: 'track', messageId: `m${index}` }));
    expect((await post(source, 'batch', { batch: [...good, null, { type: 'page' }] })).status).toBe(400);
    const { accepted, rejected } = await endsOf(credentials, source, 22);
    expect([accepted.length, rejected.map(({ reason }) => reason).sort()]).toEqual([
      20,
      ['invalid_body', 'missing_identifier'],
    ]);
  });

  it('is listed by the API, newest first, with what came in', async () => {
    const source = await createSource(credentials, 'listed');
    await post(source, 'track', { event: 'Seen', properties: { n: 1 } });
    await endsOf(credentials, source, 1);
    const answer = await fetch(`${credentials.ingestionUrl}/v1/rejected?limit=1000`, {
      headers: { authorization: `Bearer ${credentials.adminToken}` },
    });
    const { items } = (await answer.json()) as { items: { source: string; received_at: string }[] };
    expect(items.filter((item) => item.source === source.key)).toMatchObject([
      { reason: 'missing_identifier', original: '{"event":"Seen","properties":{"n":1}}' },
    ]);
    const times = items.map(({ received_at }) => received_at);
    expect(times).toEqual(times.toSorted().reverse());
  });
});
