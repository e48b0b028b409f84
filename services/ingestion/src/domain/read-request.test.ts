import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from './read-json.ts';
import { readRequest } from './read-request.ts';
import { DEFAULT_LIMITS, type Source } from './source.ts';
import type { Call } from './tracking-call.ts';

const SOURCE: Source = {
  key: 'web',
  name: 'Web',
  write_key: 'k',
  ...DEFAULT_LIMITS,
  answer: 'explicit',
  unreadable_times: 'keep',
  enabled: true,
};
const NOW = Date.UTC(2026, 10, 22, 12);

function read(call: Exclude<Call, 'metrics'>, body: unknown, source: Source = SOURCE) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const json = readJson(bytes);
  if (json === null) throw new Error('no JSON');
  let ids = 0;
  return readRequest(
    { call, bytes, json, source, ip: '203.0.113.7', receivedMs: NOW, position: 10_000 },
    () => `made-${++ids}`,
  );
}

/** The same of a batch that is not parsed as a whole. */
function readPieces(body: object) {
  const request = { bytes: Buffer.from(JSON.stringify(body)), json: null, source: SOURCE, ip: null, receivedMs: NOW };
  return readRequest({ ...request, call: 'batch', position: 10_000 }, () => 'made');
}

/** Codes and fields of the faults of a lone event. */
function faults(call: Exclude<Call, 'metrics' | 'batch'>, body: object): string[] {
  const [event] = read(call, body);
  return event?.faults.map(({ code, field }) => `${code} ${field}`.trim()) ?? [];
}

const ME = { userId: 'u' };

describe('the order of a request', () => {
  it('is kept as positions, of faulty events too', () => {
    const items = [ME, 7, { ...ME, type: 'nothing' }, { ...ME, type: 'identify' }].map((item, index) =>
      index === 0 ? { ...ME, type: 'track', event: 'x' } : item,
    );
    const events = read('batch', { batch: items });
    expect(events.map(({ request_position }) => request_position)).toEqual([10_000, 10_001, 10_002, 10_003]);
    expect(events.map((event) => event.faults.length > 0)).toEqual([false, true, true, false]);
    expect(read('batch', { batch: [7], sentAt: new Date(NOW - 5).toISOString() })[0]?.sent_at).toBe(NOW - 5);
    expect(read('identify', ME)[0]?.request_position).toBe(10_000);
    expect(read('batch', { batch: 'none' })[0]?.request_position).toBe(10_000);
  });

  it('is not turned by a clock that went on between the events of a batch: it was sent once', () => {
    const at = (timeMs: number) => new Date(NOW - 60_000 + timeMs).toISOString();
    const item = (original: number, sent: number) => ({
      ...{ ...ME, type: 'identify', originalTimestamp: at(original), sentAt: at(sent) },
    });
    const batch = [item(0, 5_000), item(0, 5_002), item(1, 5_007)];
    expect(read('batch', { batch }).map(({ sent_at }) => sent_at)).toEqual(Array(3).fill(NOW - 60_000 + 5_007));
    expect(read('batch', { batch, sentAt: at(9_000) })[0]?.sent_at).toBe(NOW - 60_000 + 9_000);
    expect(readPieces({ batch }).map(({ sent_at }) => sent_at)).toEqual(Array(3).fill(NOW - 60_000 + 5_007));
    expect(readPieces({ batch, sentAt: at(9_000) })[0]?.sent_at).toBe(NOW - 60_000 + 9_000);
    const odd = [
      'sentAt',
      7,
      { sentAt: 7 },
      { sentAt: 'x'.repeat(700) },
      { ...item(0, 1), context: { sentAt: at(9) } },
    ];
    expect(readPieces({ batch: odd }).map(({ sent_at }) => sent_at)).toEqual(Array(5).fill(NOW - 60_000 + 1));
  });

  it('is kept where its events are read one by one, of faulty events too', () => {
    const events = readPieces({ batch: [{ ...ME, type: 'identify' }, 7, { type: 'track' }, { ...ME, type: 'page' }] });
    expect(events.map(({ request_position }) => request_position)).toEqual([10_000, 10_001, 10_002, 10_003]);
    expect(events.map(({ faults: { length } }) => length > 0)).toEqual([false, true, true, false]);
  });
});

describe('one event', () => {
  it('has every field in its place, and keeps what has none', () => {
    const [event] = read('track', {
      ...{
        userId: 'u',
        anonymousId: 'a',
        messageId: 'm',
        event: 'Order Completed',
        properties: { total: 1.5, tags: [] },
      },
      ...{
        context: { ip: '198.51.100.1', page: { url: 'x' } },
        integrations: { All: false },
        channel: 'browser',
        version: 2,
      },
      ...{
        timestamp: '2026-11-22T11:59:00.000Z',
        sentAt: '2026-11-22T11:59:30.000Z',
        writeKey: 'k',
        type: 'page',
        name: '',
      },
    });
    expect(event).toEqual({
      ...{ request_position: 10_000, first_received_at: null, historical: false },
      ...{ source: 'web', message_id: 'm', type: 'track', event: 'Order Completed', name: null, category: null },
      ...{ user_id: 'u', anonymous_id: 'a', group_id: null, previous_id: null, traits: null },
      properties: '{"total":1.5,"tags":[]}',
      context: '{"ip":"198.51.100.1","page":{"url":"x"}}',
      integrations: '{"All":false}',
      extra: '{"channel":"browser","version":2}',
      ...{
        original_timestamp: NOW - 60_000,
        sent_at: NOW - 30_000,
        received_at: NOW,
        timestamp_unreadable: false,
        via: 'http',
        faults: [],
        original: null,
      },
    });
  });

  it('gets a messageId and the address it came from where it has none', () => {
    expect(read('page', ME)[0]).toMatchObject({ message_id: 'made-1', context: '{"ip":"203.0.113.7"}' });
    expect(read('page', { ...ME, context: {} })[0]?.context).toBe('{"ip":"203.0.113.7"}');
    expect(read('page', { ...ME, context: { a: 1 } })[0]?.context).toBe('{"ip":"203.0.113.7","a":1}');
  });

  it('keeps a sent time that is none, and the time of the call beside the time that the caller said', () => {
    const both = { originalTimestamp: '2026-11-22T10:00:00Z', timestamp: '2026-11-22T11:00:00Z', sentAt: 'soon' };
    expect(read('page', { ...ME, ...both })[0]).toMatchObject({
      original_timestamp: NOW - 3_600_000,
      sent_at: null,
      extra: '{"originalTimestamp":"2026-11-22T10:00:00Z","sentAt":"soon"}',
    });
  });

  it('keeps every digit of a large number', () => {
    expect(read('page', '{"userId":"u","properties":{"id":12345678901234567890}}')[0]?.properties).toBe(
      '{"id":12345678901234567890}',
    );
  });

  it.each([
    ['track', { event: 'x' }, 'missing_identifier userId'],
    ['track', { event: 'x', userId: '', anonymousId: null }, 'missing_identifier userId'],
    ['track', ME, 'missing_event event'],
    ['track', { ...ME, event: '' }, 'missing_event event'],
    ['track', { ...ME, event: 7 }, 'invalid_type event'],
    ['group', ME, 'missing_group_id groupId'],
    ['alias', { userId: 'u' }, 'missing_previous_id previousId'],
    ['alias', { previousId: 'p' }, 'missing_user_id userId'],
    ['merge', {}, 'missing_merge_properties mergeProperties'],
    ['merge', { mergeProperties: [{ type: 'email' }] }, 'missing_merge_properties mergeProperties'],
    ['merge', { mergeProperties: [] }, 'missing_merge_properties mergeProperties'],
    ['page', { userId: true }, 'invalid_type userId'],
    ['page', { ...ME, anonymousId: ['a'] }, 'invalid_type anonymousId'],
    ['group', { ...ME, groupId: { id: 1 } }, 'invalid_type groupId'],
    ['alias', { ...ME, previousId: false }, 'invalid_type previousId'],
    ['page', { userId: 'guest' }, 'no_identifier userId'],
    ['page', { userId: 0 }, 'no_identifier userId'],
    ['page', { anonymousId: 'NULL' }, 'no_identifier anonymousId'],
    ['page', { userId: 'true', anonymousId: '00000000-0000-0000-0000-000000000000' }, 'no_identifier userId'],
    ['alias', { userId: 'test', previousId: 'unknown' }, 'no_identifier userId'],
    ['merge', { mergeProperties: [{ type: 'email', value: 'none' }] }, 'no_identifier mergeProperties'],
    ['identify', { userId: '-1', traits: { email: 'test@test.com' } }, 'no_identifier userId'],
    ['page', { ...ME, messageId: 'x'.repeat(101) }, 'message_id_too_long messageId'],
    ['page', { ...ME, messageId: {} }, 'invalid_type messageId'],
    ['page', { userId: 'x'.repeat(501) }, 'too_long userId'],
    ['page', { anonymousId: 'a\0b' }, 'invalid_characters anonymousId'],
    ['page', { anonymousId: '\ud800' }, 'invalid_characters anonymousId'],
    ['page', { ...ME, properties: 'x' }, 'invalid_type properties'],
    ['page', { ...ME, properties: [1] }, 'invalid_type properties'],
    ['page', { ...ME, context: 1 }, 'invalid_type context'],
    ['page', { ...ME, traits: true }, 'invalid_type traits'],
    ['page', { ...ME, integrations: 'All' }, 'invalid_type integrations'],
  ] as const)('of %s with %j is refused: %s', (call, body, expected) => {
    expect(faults(call, body)).toEqual([expected]);
    expect(read(call, body)[0]?.original?.toString()).toBe(JSON.stringify(body));
  });

  it.each([
    ['track', { ...ME, event: 'x' }],
    ['identify', { anonymousId: 'a', traits: {} }],
    ['page', ME],
    ['screen', { ...ME, name: 'Home', category: 'c', properties: [] }],
    ['group', { ...ME, groupId: 'g' }],
    ['alias', { userId: 'u', previousId: 'p' }],
    ['alias', { userId: 'u', anonymousId: 'a' }],
    ['merge', { mergeProperties: [{ type: 'email', value: 'a@b.example' }] }],
    ['page', { ...ME, messageId: 'x'.repeat(100), sentAt: 7 }],
    ['page', { userId: 'guest', anonymousId: 'a' }],
    ['identify', { userId: '0', traits: { email: 'ann@shop.example' } }],
    ['track', { userId: '0', event: 'x', context: { traits: { email: 'ann@shop.example' } } }],
    ['alias', { userId: 'guest', previousId: 'a1' }],
  ] as const)('of %s with %j is fine', (call, body) => {
    expect(faults(call, body)).toEqual([]);
  });

  it('has all its faults reported at once', () => {
    expect(faults('track', { userId: {}, properties: 'x' })).toEqual([
      ...['invalid_type userId', 'invalid_type properties', 'missing_event event'],
    ]);
  });

  it('is refused as a whole where it is too large, too deep or no object', () => {
    const large = { ...ME, properties: { text: 'x'.repeat(32_768) } };
    expect(read('page', large)[0]?.faults[0]?.code).toBe('event_too_large');
    expect(read('page', large, { ...SOURCE, max_event_bytes: 65_536 })[0]?.faults).toEqual([]);
    expect(read('page', `{"userId":"u","p":${'['.repeat(5000)}${']'.repeat(5000)}}`)[0]?.faults[0]?.code).toBe(
      'too_deep',
    );
    expect(read('page', '[]')[0]?.faults[0]?.code).toBe('invalid_body');
    expect(read('page', '12345678901234567890')[0]?.faults[0]?.code).toBe('invalid_body');
  });
});

describe('a batch', () => {
  it('lends its context, integrations and sent time to its events, whose own fields win', () => {
    const [one, two] = read('batch', {
      ...{ context: { a: 1, b: 1 }, integrations: { All: false }, sentAt: '2026-11-22T11:59:30.000Z', writeKey: 'k' },
      batch: [
        { type: 'page', ...ME, context: { b: 2, ip: '::1' }, sentAt: '2020-01-01T00:00:00Z' },
        { type: 'page', ...ME, integrations: { X: true } },
      ],
    });
    expect(one).toMatchObject({
      context: '{"a":1,"b":2,"ip":"::1"}',
      integrations: '{"All":false}',
      sent_at: NOW - 30_000,
    });
    expect(two).toMatchObject({ context: '{"ip":"203.0.113.7","a":1,"b":1}', integrations: '{"All":false,"X":true}' });
  });

  it('has one record for each of its entries, good or not', () => {
    const records = read('batch', {
      batch: [{ type: 'page', ...ME }, { type: 'dance', ...ME }, null, 5, {}, { ...ME, type: 3 }],
    });
    expect(records.map(({ faults: [first] }) => first?.code)).toEqual([
      ...[undefined, 'unknown_type', 'invalid_body', 'invalid_body', 'unknown_type', 'invalid_type'],
    ]);
    expect(records.map(({ original }) => original?.toString() ?? null)).toEqual([
      ...[null, '{"type":"dance","userId":"u"}', 'null', '5', '{}', '{"userId":"u","type":3}'],
    ]);
  });

  it('with one event that is too large or too deep keeps the others', () => {
    const large = { type: 'page', ...ME, properties: { text: 'é'.repeat(20_000) } };
    expect(read('batch', { batch: [{ type: 'page', ...ME }, large] }).map(({ faults }) => faults[0]?.code)).toEqual([
      ...[undefined, 'event_too_large'],
    ]);
    const deep = `{"batch":[{"type":"page","userId":"u"},{"type":"page","p":${'['.repeat(50_000)}${']'.repeat(50_000)}}]}`;
    expect(read('batch', deep).map(({ faults }) => faults[0]?.code)).toEqual([undefined, 'too_deep']);
  });

  it('is refused as a whole where it is too large or no list', () => {
    const events = Array.from({ length: 20 }, () => ({
      type: 'page',
      ...ME,
      properties: { text: 'x'.repeat(30_000) },
    }));
    expect(read('batch', { batch: events }).map(({ faults }) => faults[0]?.code)).toEqual(['body_too_large']);
    expect(read('batch', { batch: events })[0]?.original).toHaveLength(256 * 1024);
    expect(read('batch', { batch: {} })[0]?.faults[0]?.code).toBe('invalid_body');
    expect(read('batch', ME)[0]?.faults[0]?.code).toBe('invalid_body');
    expect(read('batch', { batch: Array.from({ length: 5001 }, () => 1) })[0]?.faults[0]?.code).toBe('body_too_large');
    expect(read('batch', { batch: [] })).toEqual([]);
  });
});

describe('any JSON at all', () => {
  it('becomes as many records as there are entries, without an exception', () => {
    const field = fc.constantFrom(
      'type',
      'userId',
      'event',
      'context',
      'traits',
      'timestamp',
      'sentAt',
      'messageId',
      'integrations',
    );
    const item = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constantFrom('track', 'page', {}))),
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), fc.oneof(fc.jsonValue(), fc.constant({})), (batch, context) => {
        expect(read('batch', { batch, context })).toHaveLength(batch.length);
        for (const body of batch) expect(read('track', JSON.stringify(body))).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps each field of a good event somewhere in its record', () => {
    const name = fc.string({ minLength: 1, maxLength: 8 }).filter((key) => key !== 'writeKey' && key !== 'batch');
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), fc.dictionary(name, fc.jsonValue()), (others, properties) => {
        const [event] = read('track', { ...others, userId: 'u', event: 'x', properties, sentAt: null });
        if (event === undefined || event.faults.length > 0) return;
        expect(JSON.parse(event.properties ?? '')).toEqual(JSON.parse(JSON.stringify(properties)));
        const placed = new Set(['userId', 'event', 'properties', 'type']);
        const extra = JSON.parse(event.extra ?? '{}') as Record<string, unknown>;
        for (const [key, value] of Object.entries(JSON.parse(JSON.stringify(others)) as object))
          if (!placed.has(key) && !(key in event) && !NAMED.has(key)) expect(extra[key]).toEqual(value);
      }),
    );
  });
});

const NAMED = new Set([
  'anonymousId',
  'groupId',
  'previousId',
  'messageId',
  'timestamp',
  'originalTimestamp',
  'sentAt',
]);
