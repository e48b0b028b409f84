import { describe, expect, it } from 'vitest';
import { receivedEvent } from '../testing/events.ts';
import { sourceOf } from '../testing/sources.ts';
import { type Position, judgeEvent } from './judge-event.ts';
import { type KeptRejection, replayEvents, sourceOfRejection } from './replay-event.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;
const web = sourceOf('web');

function kept(changes: Partial<KeptRejection>, original: unknown): KeptRejection {
  return {
    ...{ rejection_id: '3-14', source: 'web', message_id: null, type: 'track', via: 'http', received_at_ms: NOON },
    ...{ request_position: 0, sent_at_ms: null },
    ...{ isWhole: true, replayed_at_ms: null },
    original: Buffer.from(typeof original === 'string' ? original : JSON.stringify(original)),
    ...changes,
  };
}

describe('a replayed event', () => {
  it('passes the same checks again, and is rejected for the same reason where nothing changed', () => {
    const [bad] = replayEvents(kept({}, { userId: 'u' }), web, NOON + HOUR);
    expect(bad?.verdict).toMatchObject({ kind: 'rejected', event: { reason: 'missing_event', field: 'event' } });
    const [good] = replayEvents(kept({}, { userId: 'u', event: 'Seen' }), web, NOON + HOUR);
    expect(good?.verdict).toMatchObject({ kind: 'accepted', event: { event: 'Seen', via: 'http', source: 'web' } });
  });

  it('is accepted once its source is there, switched on, or takes larger events', () => {
    const original = { userId: 'u', event: 'Seen', properties: { text: 'x'.repeat(40_000) } };
    const reason = (source: typeof web | undefined) => {
      const [one] = replayEvents(kept({}, original), source, NOON);
      return one?.verdict.kind === 'rejected' ? one.verdict.event.reason : 'accepted';
    };
    expect(reason(web)).toBe('event_too_large');
    expect(reason(sourceOf('web', { max_event_bytes: 100_000 }))).toBe('accepted');
    expect(reason(sourceOf('web', { max_event_bytes: 100_000, enabled: false }))).toBe('source_disabled');
  });

  it.each([
    [{ message_id: 'made at the ingest endpoint' }, { userId: 'u', event: 'x' }, 'made at the ingest endpoint'],
    [{ message_id: 'm' }, { userId: 'u', event: 'x', messageId: 'm' }, 'm'],
    [{}, { userId: 'u', event: 'x' }, 'replay-3-14'],
  ])('keeps the messageId %j %j: %s', (changes, original, message_id) => {
    for (const now of [NOON, NOON + HOUR])
      expect(replayEvents(kept(changes, original), web, now)[0]?.event.message_id).toBe(message_id);
  });

  it('stays where it was among the events of its batch, whose time of sending corrected them all', () => {
    const item = { userId: 'u', type: 'identify', timestamp: new Date(NOON - 3 * HOUR).toISOString() };
    const [replayed] = replayEvents(kept({ type: '', sent_at_ms: NOON - 3 * HOUR + 10 }, item), web, NOON + HOUR);
    expect(replayed?.verdict).toMatchObject({ event: { timestamp: NOON - 10, received_at: NOON } });
  });

  it('keeps its place in its request', () => {
    const batch = {
      batch: [
        { userId: 'u', type: 'identify' },
        { userId: 'u', type: 'identify', traits: { a: 1 } },
      ],
    };
    const places = (changes: Partial<KeptRejection>, original: object) =>
      replayEvents(kept({ ...changes, request_position: 4 }, original), web, NOON + HOUR).map(({ verdict }) =>
        verdict.kind === 'accepted' ? [verdict.event.received_at, verdict.event.request_position] : [],
      );
    const whole = [
      [NOON, 4],
      [NOON, 5],
    ];
    expect(places({ type: 'batch' }, batch)).toEqual(whole);
    expect(places({ type: '' }, { userId: 'u', type: 'identify' })).toEqual([[NOON, 4]]);
    const record = { source: 'web', message_id: 'm', type: 'identify', user_id: 'u' };
    expect(places({ via: 'kafka' }, record)).toEqual([[NOON, 4]]);
  });

  it('happened when it happened, however late it is replayed', () => {
    const at = (timeMs: number) => new Date(timeMs).toISOString();
    const times = { timestamp: at(NOON - 9000), sentAt: at(NOON - 4000) };
    const timestamp = (original: object, nowMs: number) => {
      const [one] = replayEvents(kept({}, { userId: 'u', event: 'x', ...original }), web, nowMs);
      const position: Position = { partition: 1, offset: 5, brokerMs: nowMs + 10 };
      const verdict = judgeEvent(one?.event ?? receivedEvent(), web, position);
      return verdict.kind === 'accepted' ? [verdict.event.timestamp, verdict.event.received_at] : [];
    };
    expect(timestamp(times, NOON + 90 * HOUR)).toEqual([NOON - 5000, NOON]);
    expect(timestamp({}, NOON + 90 * HOUR)).toEqual([NOON, NOON]);
  });

  it('of a batch is what its own type says; a whole request gives all of its events', () => {
    const item = kept({ type: null }, { type: 'track', userId: 'u', event: 'x' });
    expect(replayEvents(item, web, NOON).map(({ verdict }) => verdict.kind)).toEqual(['accepted']);
    const batch = kept({ type: 'batch' }, { batch: [{ type: 'page', userId: 'u' }, { type: 'dance' }, 7] });
    const replayed = replayEvents(batch, web, NOON);
    expect(replayed.map(({ verdict }) => verdict.kind)).toEqual(['accepted', 'rejected', 'rejected']);
    expect(replayed.map(({ event }) => event.message_id)).toEqual(['replay-3-14-0', 'replay-3-14-1', 'replay-3-14-2']);
  });

  it('may be no JSON, and is rejected as that', () => {
    for (const via of ['http', 'kafka']) {
      const [one] = replayEvents(kept({ via }, 'not JSON'), web, NOON);
      expect(one?.verdict.kind).toBe('rejected');
    }
  });

  it('that was written to Kafka is the record that was kept, with its source and its times', () => {
    const record = receivedEvent({
      source: 'later',
      message_id: null,
      original_timestamp: NOON - 1,
      properties: '{"a":1}',
    });
    const rejected = judgeEvent(record, undefined, { partition: 3, offset: 14, brokerMs: NOON });
    const original = rejected.kind === 'rejected' ? (rejected.event.original ?? Buffer.alloc(0)) : Buffer.alloc(0);
    const rejection = { ...kept({ via: 'kafka', source: 'later' }, ''), original };
    expect(sourceOfRejection(rejection)).toBe('later');
    const [one] = replayEvents(rejection, sourceOf('later'), NOON + HOUR);
    expect(one?.verdict).toMatchObject({
      kind: 'accepted',
      event: { source: 'later', timestamp: NOON - 1, properties: '{"a":1}', via: 'kafka', message_id: 'replay-3-14' },
    });
    const [odd] = replayEvents(kept({ via: 'kafka' }, { source: 7, type: {}, event: [] }), undefined, NOON);
    expect(odd?.verdict.kind).toBe('rejected');
  });
});
