import { describe, expect, it } from 'vitest';
import { receivedEvent } from '../testing/events.ts';
import { sourceOf } from '../testing/sources.ts';
import { judgeEvent, messageId, type Position } from './judge-event.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const AT = { partition: 1, offset: 2 ** 31 + 5, brokerMs: NOON };

function accepted(changes: Parameters<typeof receivedEvent>[0], at = AT) {
  const verdict = judgeEvent(receivedEvent(changes), sourceOf('web'), at);
  if (verdict.kind !== 'accepted') throw new Error(verdict.event.message);
  return verdict.event;
}

it('an event of an import stays historical', () => {
  expect([true, false].map((historical) => accepted({ historical }).historical)).toEqual([true, false]);
});

describe('the place of an event', () => {
  it('is its place in the request, or in the log where it came straight to it', () => {
    expect(accepted({ via: 'http', request_position: 7 }).request_position).toBe(7);
    expect(accepted({ via: 'kafka', request_position: 7 }).request_position).toBe(5);
  });

  it('is kept by a replay, with the time of the first receipt, also of one from Kafka', () => {
    for (const via of ['http', 'kafka']) {
      const replayed = { via, request_position: 7, received_at: NOON, first_received_at: NOON - 90_000_000 };
      expect(accepted(replayed)).toMatchObject({
        ...{ request_position: 7, received_at: NOON - 90_000_000, timestamp: NOON - 90_000_000 },
      });
    }
    expect(accepted({ received_at: NOON, first_received_at: NOON + 1 }).received_at).toBe(NOON);
  });

  it('goes with one time of receipt for a whole request, though the broker has several, or is a little behind', () => {
    const events = [0, 3, 5].map((lateMs) =>
      accepted({ via: 'http', received_at: NOON + 500 }, { ...AT, brokerMs: NOON + lateMs }),
    );
    expect(events.map(({ received_at }) => received_at)).toEqual(Array(3).fill(NOON + 500));
    expect(accepted({ via: 'http', received_at: NOON + 1_001 }).received_at).toBe(NOON);
    expect(accepted({ via: 'http', received_at: NOON - 3_600_001 }).received_at).toBe(NOON);
  });

  it('names an event that has no messageId, and a rejection, as no other place of this topic or one made anew would', () => {
    const places: Position[] = ['one', 'made anew', undefined].flatMap((topic_id) =>
      [1, 2].flatMap((partition) => [0, 1].map((offset) => ({ topic_id, partition, offset, brokerMs: NOON }))),
    );
    const names = places.map((at) => messageId({ message_id: null }, at));
    const rejections = places.map((at) => judgeEvent(receivedEvent({}), undefined, at).event);
    expect(new Set(names).size).toBe(places.length);
    expect(new Set(rejections.map((event) => 'rejection_id' in event && event.rejection_id)).size).toBe(places.length);
    expect(messageId({ message_id: 'own' }, AT)).toBe('own');
    // As it was named before its topic's id was known: a dead letter from then is no new event.
    expect(messageId({ message_id: null }, AT)).toBe(`kafka-1-${AT.offset}`);
  });

  it('is noted of a rejected event', () => {
    const verdict = judgeEvent(receivedEvent({ via: 'http', event: '', request_position: 3 }), sourceOf('web'), AT);
    expect(verdict).toMatchObject({ kind: 'rejected', event: { request_position: 3 } });
  });
});
