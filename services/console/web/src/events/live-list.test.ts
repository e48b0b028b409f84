import { describe, expect, it } from 'vitest';
import { eventPath, type LiveEvent, type LiveUpdate } from './event-api.ts';
import { EVENTS_KEPT, type LiveList, NO_EVENTS, rateOf, withUpdate } from './live-list.ts';

function update(ids: readonly string[], counts: Partial<LiveUpdate> = {}): LiveUpdate {
  const items = ids.map(
    (id): LiveEvent => ({
      ...{ id, kind: 'accepted', source: 'web', message_id: id, type: 'track', event: 'x', profile_id: 'p' },
      ...{ user_id: null, reason: null, timestamp: null, received_at: null },
    }),
  );
  return { items, passed: ids.length, left_out: 0, unread: 0, ...counts };
}

const idsOf = ({ items }: LiveList) => items.map(({ id }) => id);

describe('the list of events', () => {
  it('has the newest first', () => {
    const list = withUpdate(withUpdate(NO_EVENTS, update(['a', 'b']), 0), update(['c']), 1);
    expect(idsOf(list)).toEqual(['c', 'b', 'a']);
  });

  it('holds a bounded number, and sums what is not shown', () => {
    const many = Array.from({ length: 80 }, (_, n) => String(n));
    const first = withUpdate(NO_EVENTS, update(many, { left_out: 5, unread: 1 }), 0);
    const second = withUpdate(first, update(many, { left_out: 2 }), 1);
    expect([second.items.length, second.left_out, second.unread]).toEqual([EVENTS_KEPT, 7, 1]);
  });

  it('says how many go by in a second, of the last five', () => {
    const list = withUpdate(withUpdate(NO_EVENTS, update([], { passed: 40 }), 0), update([], { passed: 10 }), 4_000);
    expect(rateOf(list, 4_000)).toBe(10);
    expect(rateOf(list, 6_000)).toBe(2);
    expect(withUpdate(list, update([]), 20_000).recent).toEqual([]);
  });
});

describe('addresses', () => {
  it('hold what is asked for, and nothing else', () => {
    expect(eventPath('a/b', 'web')).toBe('/events/a%2Fb?source=web');
    expect(eventPath('a', null)).toBe('/events/a');
  });
});
