import { expect, it } from 'vitest';
import type { LiveEvent } from '../events/event-api.ts';
import type { ProfileEvent } from './profile-api.ts';
import { withArrived } from './with-arrived.ts';

const at = (second: number): string => new Date(1_700_000_000_000 + second * 1000).toISOString();

function recorded(message_id: string, second: number): ProfileEvent {
  const what = { type: 'track', event: 'Bought', source_id: 'shop', message_id, timestamp: at(second) };
  return { ...what, external_ids: [], context: {}, properties: { n: second }, related: { users: 'p' } };
}

function arrived(message_id: string | null, second: number, other: Partial<LiveEvent> = {}): LiveEvent {
  const what = { id: `events-${message_id}`, kind: 'accepted', source: 'shop', message_id, type: 'track' } as const;
  const who = { event: 'Bought', profile_id: 'p', user_id: 'ann', reason: null };
  return { ...what, ...who, timestamp: at(second), received_at: at(second), ...other };
}

const idsOf = (events: readonly { readonly message_id: string }[]) => events.map(({ message_id }) => message_id);

it('shows what arrived before the history has it, once, where it belongs', () => {
  const history = [recorded('c', 3), recorded('a', 1)];
  const events = withArrived(history, [arrived('d', 4), arrived('c', 3), arrived('b', 2)], false);
  expect(idsOf(events)).toEqual(['d', 'c', 'b', 'a']);
  expect(events.map(({ brought }) => brought?.properties ?? null)).toEqual([null, { n: 3 }, null, { n: 1 }]);
});

it('takes the same messageId of another source for another event', () => {
  expect(withArrived([recorded('a', 1)], [arrived('a', 1, { source: 'app' })], false)).toHaveLength(2);
});

it('leaves what happened before a whole page to the pages behind it', () => {
  const history = [recorded('c', 3), recorded('b', 2)];
  expect(idsOf(withArrived(history, [arrived('a', 1)], true))).toEqual(['c', 'b']);
  expect(idsOf(withArrived(history, [arrived('a', 1)], false))).toEqual(['c', 'b', 'a']);
});

it('shows no repeat and nothing without an id, and the name of a track call alone', () => {
  const more = [arrived('a', 1, { kind: 'duplicate' }), arrived(null, 1), arrived('b', 2, { type: 'page' })];
  expect(withArrived([], more, false)).toMatchObject([{ message_id: 'b', type: 'page', event: null }]);
});
