import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identified, rejected } from '../testing/records.ts';
import { fits, type LiveFilter, passingEvent, passingRejection } from './live-event.ts';
import { LiveSample, SHOWN_PER_S } from './live-sample.ts';

const ANY: LiveFilter = { source: null, event: null, profile: null };
const ann = passingEvent(
  identified({ user_id: 'ann', anonymous_id: 'a-1', identifiers: [{ type: 'email', value: 'ann@example.com' }] }),
  'one',
);
const refused = passingRejection(rejected({}), 'two');

describe('what somebody wants to see', () => {
  it.each([
    [{}, true, true],
    [{ source: 'web' }, true, true],
    [{ source: 'app' }, false, false],
    [{ event: 'order' }, true, false],
    [{ event: 'TRACK' }, true, true],
    [{ event: 'refund' }, false, false],
    [{ profile: 'p_1' }, true, false],
    [{ profile: 'ann' }, true, false],
    [{ profile: 'a-1' }, true, false],
    [{ profile: 'ann@example.com' }, true, false],
    [{ profile: 'bob' }, false, false],
  ])('%j', (filter, event, rejection) => {
    expect([fits(ann, { ...ANY, ...filter }), fits(refused, { ...ANY, ...filter })]).toEqual([event, rejection]);
  });

  it('of a page is its name, of a rejection its reason', () => {
    const page = passingEvent(identified({ type: 'page', event: null, name: 'Home' }), 'x').shown;
    expect([page.event, page.kind, page.reason]).toEqual(['Home', 'accepted', null]);
    expect([refused.shown.kind, refused.shown.reason]).toEqual(['rejected', 'missing_event']);
    expect(passingRejection(rejected({ state: 'duplicate', reason: 'duplicate' }), 'x').shown.kind).toBe('duplicate');
  });
});

describe('a sample of the stream', () => {
  it('shows what a person can read, and counts the rest', () => {
    const sample = new LiveSample(ANY, 0);
    sample.take(
      Array.from({ length: 100 }, () => ann),
      7,
      0,
    );
    const first = sample.flush();
    expect([first?.items.length, first?.passed, first?.left_out, first?.unread]).toEqual([30, 107, 70, 7]);
    sample.take([ann, ann], 0, 20);
    expect(sample.flush()).toMatchObject({ items: [], left_out: 2 });
    sample.take([ann], 0, 120);
    expect(sample.flush()).toMatchObject({ items: [ann.shown], passed: 1, left_out: 0 });
    expect(sample.flush()).toBeNull();
  });

  it('leaves out nothing that does not fit, since nobody asked for it', () => {
    const sample = new LiveSample({ ...ANY, source: 'app' }, 0);
    sample.take(
      Array.from({ length: 100 }, () => ann),
      0,
      0,
    );
    expect(sample.flush()).toEqual({ items: [], passed: 100, left_out: 0, unread: 0 });
  });

  it('never shows more than its rate, and loses count of nothing', () => {
    const step = fc.record({ count: fc.nat(60), unread: fc.nat(50), after_ms: fc.nat(800) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const sample = new LiveSample(ANY, 0);
        let nowMs = 0;
        let shown = 0;
        let counted = 0;
        let sent = 0;
        for (const { count, unread, after_ms } of steps) {
          nowMs += after_ms;
          sample.take(
            Array.from({ length: count }, () => ann),
            unread,
            nowMs,
          );
          sent += count + unread;
          const update = sample.flush();
          shown += update?.items.length ?? 0;
          counted += (update?.items.length ?? 0) + (update?.left_out ?? 0) + (update?.unread ?? 0);
        }
        expect(counted).toBe(sent);
        expect(shown).toBeLessThanOrEqual(SHOWN_PER_S + (nowMs * SHOWN_PER_S) / 1000 + 1);
      }),
    );
  });
});
