import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceOf } from '../testing/sources.ts';
import { receivedEvent } from '../testing/events.ts';
import { identifyTraits } from './context-traits.ts';
import { judgeEvent } from './judge-event.ts';
import { readJson } from './read-json.ts';
import { numberText } from './read-numbers.ts';
import { readRequest } from './read-request.ts';
import { replayEvents } from './replay-event.ts';

const NOW = Date.UTC(2026, 10, 30, 10);
const SOURCE = sourceOf('web');
const AT = { partition: 3, offset: 7, brokerMs: NOW };

/** The one event of a track call whose JSON is given, or whose fields are. */
function track(body: string | object, source = SOURCE) {
  const text = typeof body === 'string' ? body : JSON.stringify({ userId: 'u', event: 'x', ...body });
  const [event] = readRequest(
    {
      call: 'track',
      bytes: Buffer.from(text),
      json: readJson(Buffer.from(text)),
      source,
      ip: null,
      receivedMs: NOW,
      position: 0,
    },
    () => 'made',
  );
  if (event === undefined) throw new Error('no event');
  return event;
}

describe('ids that are numbers', () => {
  it.each([
    ['42', '42'],
    ['-7', '-7'],
    ['1.50', '1.5'],
    ['1e3', '1000'],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890123', '12345678901234567890123'],
    ['0.12345678901234567891', '0.12345678901234567891'],
    ['1e20', '100000000000000000000'],
    ['1.25e22', '12500000000000000000000'],
    ['12345678901234567890e-3', '12345678901234567.89'],
    ['123e-25', '0.0000000000000000000000123'],
  ])('%s are their digits: %s', (number, text) => {
    const event = track(
      `{"event":"x","userId":${number},"anonymousId":${number},"groupId":${number},"previousId":${number},"messageId":${number}}`,
    );
    expect(event.faults).toEqual([]);
    for (const id of [event.user_id, event.anonymous_id, event.group_id, event.previous_id, event.message_id])
      expect(id).toBe(text);
  });

  it('are refused where they would take more digits than an id may have', () => {
    for (const number of ['1e501', '1e-999999999', `${'1'.repeat(501)}`])
      expect(track(`{"event":"x","userId":${number}}`).faults).toMatchObject([{ field: 'userId' }]);
  });

  it('are read in the list of a merge call, too', () => {
    const text =
      '{"mergeProperties":[{"type":"user_id","value":12345678901234567890},{"type":"anonymous_id","value":7}]}';
    const [event] = readRequest(
      {
        call: 'merge',
        bytes: Buffer.from(text),
        json: readJson(Buffer.from(text)),
        source: SOURCE,
        ip: null,
        receivedMs: NOW,
        position: 0,
      },
      () => 'made',
    );
    expect(event?.faults).toEqual([]);
    expect(event?.extra).toBe(
      '{"mergeProperties":[{"type":"user_id","value":"12345678901234567890"},{"type":"anonymous_id","value":"7"}]}',
    );
  });

  it('keep the digits of every whole number, and name what is no id', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }), (number) => {
        const [read] = [readJson(Buffer.from(`${number}`))?.value];
        expect(numberText(read)).toBe(String(number));
      }),
    );
    for (const value of ['"1"', 'true', 'null', '{}', '[1]']) expect(numberText(JSON.parse(value))).toBeNull();
    expect(track({ userId: true }).faults).toMatchObject([
      { field: 'userId', message: 'userId must be a string or a number.' },
    ]);
  });
});

describe('times of an event', () => {
  it.each([
    ['Node with a stray colon', '"2026-11-30T09:59:27.029:Z"', NOW - 32_971],
    ['Go', '"2026-11-30 10:59:00.123456789 +0100 CET m=+0.0001"', NOW - 59_877],
    ['seconds', `${NOW / 1000 - 60}`, NOW - 60_000],
    ['milliseconds', `${NOW - 60_000}`, NOW - 60_000],
    ['nanoseconds, which no double holds', `${NOW - 60_000}000001`, NOW - 60_000],
    ['seconds as a text', `"${NOW / 1000 - 60}"`, NOW - 60_000],
    ['RFC 1123', '"Mon, 30 Nov 2026 09:59:00 GMT"', NOW - 60_000],
    ['a space at the end', '"2026-11-30T09:59:00Z "', NOW - 60_000],
  ])('are read: %s', (_name, json, timeMs) => {
    for (const field of ['timestamp', 'originalTimestamp']) {
      const event = track(`{"userId":"u","event":"x","${field}":${json},"sentAt":${json}}`);
      expect([event.original_timestamp, event.sent_at, event.timestamp_unreadable, event.extra, event.faults]).toEqual([
        ...[timeMs, timeMs, false, null, []],
      ]);
    }
  });

  it.each(['""', '"  "', 'null'])('are absent where they are %s', (json) => {
    const event = track(`{"userId":"u","event":"x","timestamp":${json},"sentAt":${json}}`);
    expect([event.original_timestamp, event.timestamp_unreadable, event.extra, event.faults]).toEqual([
      null,
      false,
      null,
      [],
    ]);
  });

  it.each([
    ...[
      '"yesterday"',
      '"2026-02-30T00:00:00Z"',
      '"0001-01-01T00:00:00Z"',
      '"9999-12-31T23:59:59Z"',
      '20261130',
      'true',
      '{"a":1}',
    ],
    ...['1e400', '[2026,11,30]'],
  ])('that can’t be read leave the event with its time of receipt, marked, and what came beside it: %s', (json) => {
    const event = track(`{"userId":"u","event":"x","timestamp":${json}}`);
    expect(event).toMatchObject({ original_timestamp: null, timestamp_unreadable: true, faults: [] });
    expect(event.extra).toBe(`{"timestamp":${json}}`);
    expect(judgeEvent(event, SOURCE, AT)).toMatchObject({
      kind: 'accepted',
      event: { timestamp: NOW, timestamp_unreadable: true, timestamp_clamped: false, extra: event.extra },
    });
  });

  it('that can’t be read have the event rejected where its source wants that', () => {
    const strict = sourceOf('web', { unreadable_times: 'reject' });
    const event = track({ timestamp: 'yesterday' }, strict);
    expect(event.faults).toMatchObject([{ code: 'invalid_timestamp', field: 'timestamp' }]);
    expect(judgeEvent(event, strict, AT).kind).toBe('rejected');
    expect(track({ timestamp: '' }, strict).faults).toEqual([]);
    expect(track({ timestamp: '2026-11-30T09:00:00Z', originalTimestamp: 'x' }, strict).faults).toEqual([]);
  });

  it('are what the caller said, where the SDK adds the time of the call', () => {
    const event = track({
      originalTimestamp: '2026-11-30T09:59:59Z',
      timestamp: '2026-11-30T09:00:00Z',
      sentAt: '2026-11-30T10:00:00Z',
    });
    expect(judgeEvent(event, SOURCE, AT)).toMatchObject({
      event: { timestamp: NOW - 3_600_000, extra: '{"originalTimestamp":"2026-11-30T09:59:59Z"}' },
    });
  });

  it('take the other field where one can’t be read', () => {
    const event = track({ originalTimestamp: 'soon', timestamp: '2026-11-30T09:00:00Z' });
    expect(event).toMatchObject({ original_timestamp: NOW - 3_600_000, timestamp_unreadable: false });
    expect(event.extra).toBe('{"originalTimestamp":"soon"}');
    const other = track({ originalTimestamp: '2026-11-30T09:00:00Z', timestamp: 'soon' });
    expect([other.original_timestamp, other.extra]).toEqual([NOW - 3_600_000, '{"timestamp":"soon"}']);
  });

  it('written straight to Kafka are kept and marked, too, and never moved', () => {
    for (const timeMs of [Date.UTC(1900, 0, 1), -62_135_596_800_000, 253_402_300_799_999, 2 ** 52]) {
      const record = receivedEvent({ original_timestamp: timeMs, sent_at: timeMs, extra: '{"a":1}' });
      const verdict = judgeEvent(record, SOURCE, AT);
      expect(verdict).toMatchObject({
        kind: 'accepted',
        event: {
          ...{ timestamp: NOW, original_timestamp: null, sent_at: null, timestamp_unreadable: true },
          extra: `{"originalTimestamp":${timeMs},"sentAt":${timeMs},"a":1}`,
        },
      });
      expect(judgeEvent(record, sourceOf('web', { unreadable_times: 'reject' }), AT)).toMatchObject({
        kind: 'rejected',
        event: { reason: 'invalid_timestamp' },
      });
    }
  });

  it('far in the past stay as they were sent, whatever the clock says', () => {
    for (const year of [1901, 1926, 1969, 1999]) {
      const original_timestamp = Date.UTC(year, 5, 1);
      for (const sent_at of [null, NOW, Date.UTC(1901, 0, 1), Date.UTC(2100, 0, 1)])
        expect(judgeEvent(receivedEvent({ original_timestamp, sent_at }), SOURCE, AT)).toMatchObject({
          kind: 'accepted',
          event: { timestamp: original_timestamp, timestamp_unreadable: false },
        });
    }
  });

  it('that could not be read still are marked when the event is replayed', () => {
    const kept = {
      ...{ rejection_id: '0-1', source: 'web', message_id: 'm', type: 'track', via: 'http', isWhole: true },
      ...{ received_at_ms: NOW - 86_400_000, replayed_at_ms: null, request_position: 0, sent_at_ms: null },
      original: Buffer.from('{"userId":"u","event":"x","timestamp":"yesterday"}'),
    };
    expect(replayEvents(kept, SOURCE, NOW)).toMatchObject([
      { verdict: { kind: 'accepted', event: { timestamp: NOW - 86_400_000, timestamp_unreadable: true } } },
    ]);
  });
});

describe('traits in the context of identify', () => {
  it.each([
    [null, '{"traits":{"email":"a@example.com","plan":"gold"}}', '{"email":"a@example.com","plan":"gold"}'],
    ['{}', '{"traits":{"plan":"gold"}}', '{"plan":"gold"}'],
    ['{"plan":"free","city":"Lima"}', '{"traits":{"plan":"gold","age":3}}', '{"plan":"free","age":3,"city":"Lima"}'],
    ['{"plan":null}', '{"traits":{"plan":"gold"}}', '{"plan":null}'],
    ['{"a":{"b":1}}', '{"traits":{"a":{"c":2}}}', '{"a":{"b":1}}'],
    [null, '{"traits":{"id":12345678901234567890123,"n":1e400}}', '{"id":12345678901234567890123,"n":1e400}'],
    [null, '{"traits":{"__proto__":{"a":1},"cut":"\\ud83d"}}', '{"__proto__":{"a":1},"cut":"\\ud83d"}'],
    [null, '{"tr\\u0061its":{"a":1}}', '{"a":1}'],
    [null, '{"page":{"traits":{"a":1}}}', null],
    [null, '{"traits":{}}', null],
    [null, '{"traits":[]}', null],
    [null, '{"traits":"gold"}', null],
    [null, '{"traits":null}', null],
    ['{"a":1}', null, '{"a":1}'],
    ['{"a":1}', '{"ip":"::1"}', '{"a":1}'],
  ])('%s over %s sets %s', (traits, context, expected) => {
    expect(identifyTraits(traits, context)).toBe(expected);
  });

  const context = '{"traits":{"plan":"gold"}}';
  const traitsOf = (type: string, changes: object = {}) => {
    const named = { group_id: 'g', previous_id: 'p', extra: '{"mergeProperties":[{"type":"user_id","value":"v"}]}' };
    const verdict = judgeEvent(receivedEvent({ type, context, ...named, ...changes }), SOURCE, AT);
    return verdict.kind === 'accepted' ? verdict.event.traits : verdict.event.reason;
  };

  it('count however the event came, and leave the context as it was', () => {
    expect(traitsOf('identify')).toBe('{"plan":"gold"}');
    expect(judgeEvent(receivedEvent({ type: 'identify', context }), SOURCE, AT)).toMatchObject({ event: { context } });
  });

  it.each(['track', 'page', 'screen', 'group', 'alias', 'merge'])(
    'do not count in %s, where they only describe the user',
    (type) => {
      expect(traitsOf(type, { traits: '{"a":1}' })).toBe('{"a":1}');
      expect(traitsOf(type)).toBeNull();
    },
  );

  it('never make a record that brokers would not take', () => {
    const large = sourceOf('web', { max_event_bytes: 524_288 });
    const event = receivedEvent({
      type: 'identify',
      context: JSON.stringify({ traits: { text: 'x'.repeat(500_000) } }),
    });
    expect(judgeEvent(event, large, AT)).toMatchObject({
      kind: 'rejected',
      event: { reason: 'event_too_large', field: 'context.traits' },
    });
  });
});
