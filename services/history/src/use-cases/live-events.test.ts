import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { passingEvent } from '../domain/live-event.ts';
import type { LiveUpdate } from '../domain/live-sample.ts';
import { LiveEvents } from './live-events.ts';
import type { FeedTaker } from '../ports.ts';
import { identified } from '../testing/records.ts';

const ANY = { source: null, event: null, profile: null };
const event = passingEvent(identified({}), 'one');

function watched() {
  const takers: FeedTaker[] = [];
  let open = 0;
  const live = new LiveEvents((taker) => {
    takers.push(taker);
    open += 1;
    return { isLive: () => true, close: async () => void (open -= 1) };
  });
  const watcher = () => {
    const sent: LiveUpdate[] = [];
    const state = { ended: false };
    return { sent, state, send: (update: LiveUpdate) => void sent.push(update), end: () => void (state.ended = true) };
  };
  return { live, takers, watcher, open: () => open };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the live events', () => {
  it('are read once for all who watch, and by nobody once the last one has gone', async () => {
    const { live, takers, watcher, open } = watched();
    const [ann, bob] = [watcher(), watcher()];
    const leave = [live.watch('ann', ANY, ann), live.watch('bob', { ...ANY, source: 'app' }, bob)];
    expect(takers).toHaveLength(1);
    takers[0]?.take([event], 2);
    await vi.advanceTimersByTimeAsync(250);
    expect(ann.sent.at(-1)).toEqual({ items: [event.shown], passed: 3, left_out: 0, unread: 2 });
    expect(bob.sent.at(-1)).toEqual({ items: [], passed: 3, left_out: 0, unread: 2 });
    for (const one of leave) one?.();
    expect(open()).toBe(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(open()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('go on without a pause where somebody else comes at once', async () => {
    const { live, takers, watcher } = watched();
    live.watch('ann', ANY, watcher())?.();
    await vi.advanceTimersByTimeAsync(4_000);
    live.watch('ann', ANY, watcher());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(takers).toHaveLength(1);
    await live.close();
  });

  it('say when they begin, and end for all where they cannot be read', async () => {
    const { live, takers, watcher, open } = watched();
    const ann = watcher();
    live.watch('ann', ANY, ann);
    takers[0]?.live();
    expect(ann.sent).toHaveLength(1);
    takers[0]?.failed();
    expect(ann.state.ended).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(open()).toBe(0);
    live.watch('ann', ANY, watcher());
    expect(takers).toHaveLength(2);
    await live.close();
  });

  it('are refused to a person who watches ten times, and to nobody else for that', () => {
    const { live, watcher } = watched();
    const leave = Array.from({ length: 10 }, () => live.watch('ann', ANY, watcher()));
    for (let n = 0; n < 101; n += 1) expect(live.watch('ann', ANY, watcher())).toBeNull();
    expect(live.watch('bob', ANY, watcher())).not.toBeNull();
    leave[0]?.();
    leave[0]?.();
    expect(live.watch('ann', ANY, watcher())).not.toBeNull();
    expect(live.watch('ann', ANY, watcher())).toBeNull();
  });

  it('are shown to people who have none while twenty take what they may', () => {
    const { live, watcher } = watched();
    for (let person = 0; person < 20; person += 1)
      for (let n = 0; n < 10; n += 1) live.watch(`p${person}`, ANY, watcher());
    for (let person = 20; person < 50; person += 1) expect(live.watch(`p${person}`, ANY, watcher())).not.toBeNull();
  });
});
