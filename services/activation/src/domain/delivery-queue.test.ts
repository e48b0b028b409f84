import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answered, destination, destinationsOf, membership, unanswered } from '../testing/fixtures.ts';
import type { AttemptResult } from './attempt.ts';
import { deliveriesCodec } from './deliveries-codec.ts';
import { deliveryId, NO_DELIVERIES, type ProfileDeliveries } from './delivery.ts';
import { enqueue, forgetAttempts, prune, settle, startDue, wakeAt, withdraw } from './delivery-queue.ts';
import { MAX_AGE_MS, MAX_ATTEMPTS } from './retry-policy.ts';

const crm = destination({ key: 'crm' });
const ads = destination({ key: 'ads', segments: ['buyers'] });
const both = destinationsOf(crm, ads);

/** One queued delivery to `crm`, started. */
function started(): { state: ProfileDeliveries; id: string } {
  const { state, attempts } = startDue(enqueue(NO_DELIVERIES, membership({}), destinationsOf(crm), 0), 0);
  return { state, id: attempts[0]?.id ?? '' };
}

describe('an outcome', () => {
  const cases: [AttemptResult, string, string][] = [
    [answered(200), 'delivered', ''],
    [answered(204), 'delivered', ''],
    [answered(301), 'failed', 'redirected'],
    [answered(400), 'failed', 'refused'],
    [answered(404), 'failed', 'refused'],
    [answered(410), 'failed', 'refused'],
    [{ kind: 'permanent_failure', reason: 'blocked_address', answer: null }, 'failed', 'blocked_address'],
    [{ kind: 'withdrawn', reason: 'destination_deleted' }, 'filtered', 'destination_deleted'],
    [{ kind: 'withdrawn', reason: 'destination_disabled' }, 'filtered', 'destination_disabled'],
  ];
  it.each(cases)('%j ends the delivery as %s, %s', (result, status, reason) => {
    const { state, id } = started();
    const after = settle(state, id, result, 5);
    expect(after.queue).toEqual([]);
    expect(Object.keys(after.records)).toEqual(status === 'failed' ? ['1'] : []);
    expect(after.ended.map(({ record }) => record)).toMatchObject([{ status, reason, created_at: 0, ended_at: 5 }]);
  });

  it.each([answered(408), answered(425), answered(429), answered(500), answered(503), unanswered('network')])(
    '%j is tried again later',
    (result) => {
      const { state, id } = started();
      const after = settle(state, id, result, 5);
      expect(after.ended).toEqual([]);
      expect(after.queue[0]).toMatchObject({ attempts: 1, asked_ms: null });
      const due_ms = after.queue[0]?.due_ms ?? 0;
      expect(wakeAt(after, 5)).toBe(due_ms);
      expect(startDue(after, due_ms - 1).attempts).toEqual([]);
      expect(startDue(after, due_ms).attempts).toHaveLength(1);
    },
  );

  it('keeps what the destination asked for', () => {
    const { state, id } = started();
    expect(settle(state, id, answered(429, 60_000), 0).queue[0]?.due_ms).toBe(60_000);
  });

  it('gives up after so many attempts, or when the delivery is too old, with the last answer', () => {
    let { state } = started();
    for (let now = 0, n = 0; state.queue.length > 0; n += 1) {
      expect(n).toBeLessThan(MAX_ATTEMPTS);
      now = Math.max(now, state.queue[0]?.due_ms ?? 0);
      const next = startDue(forgetAttempts(state, new Set()), now);
      state = settle(next.state, next.attempts[0]?.id ?? '', answered(500), now);
    }
    expect(state.ended[0]?.record).toMatchObject({
      reason: 'attempts_exhausted',
      attempts: MAX_ATTEMPTS,
      response_status: 500,
      response_body: 'said',
    });
    const old = started();
    expect(settle(old.state, old.id, answered(500), MAX_AGE_MS).ended[0]?.record.reason).toBe('expired');
  });

  it('that nobody waits for changes nothing', () => {
    const { state, id } = started();
    expect(settle(state, `${id}0`, answered(200), 1)).toBe(state);
    const after = settle(state, id, answered(500), 1);
    expect(settle(after, id, answered(200), 2)).toBe(after);
  });

  it('that says there was no room is no attempt', () => {
    const { state, id } = started();
    const after = settle(state, id, { kind: 'deferred', reason: 'busy', retryAfterMs: 1000 }, 0);
    expect(after.queue[0]).toMatchObject({ attempts: 0, deferrals: 1, reason: 'busy' });
    expect(after.queue[0]?.due_ms).toBeGreaterThanOrEqual(1000);
  });
});

describe('a queue', () => {
  it('holds a change for every destination that wants it, once', () => {
    const none = enqueue(NO_DELIVERIES, membership({ segment: 'others' }), destinationsOf(ads), 0);
    expect(none).toBe(NO_DELIVERIES);
    const state = enqueue(NO_DELIVERIES, membership({}), both, 0);
    expect(state.queue.map((delivery) => delivery.destination)).toEqual(['crm', 'ads']);
    expect(enqueue(state, membership({}), both, 1)).toBe(state);
    const disabled = destinationsOf(destination({ enabled: false }));
    expect(enqueue(NO_DELIVERIES, membership({}), disabled, 0)).toBe(NO_DELIVERIES);
  });

  it('gives each destination one at a time, in order, whatever the others do', () => {
    const two = [1, 2].reduce((state, version) => enqueue(state, membership({ version }), both, 0), NO_DELIVERIES);
    const first = startDue(two, 0);
    expect(first.attempts.map(({ request }) => [request.destination, request.record.version])).toEqual([
      ['crm', 1],
      ['ads', 1],
    ]);
    const after = settle(first.state, first.attempts[1]?.id ?? '', answered(200), 1);
    const second = startDue(after, 1);
    expect(second.attempts.map(({ request }) => [request.destination, request.record.version])).toEqual([['ads', 2]]);
    expect(wakeAt(second.state, 1)).toBe(2);
  });

  it('asks again for what was under way when the process ended', () => {
    const { state, id } = started();
    expect(startDue(state, 10).attempts).toEqual([]);
    expect(startDue(forgetAttempts(state, new Set([id])), 10).attempts).toEqual([]);
    expect(startDue(forgetAttempts(state, new Set()), 10).attempts.map((attempt) => attempt.id)).toEqual([id]);
  });

  it('ends what waits for a destination that is gone, but not what is under way', () => {
    const two = startDue(
      [1, 2].reduce((s, version) => enqueue(s, membership({ version }), both, 0), NO_DELIVERIES),
      0,
    );
    const state = withdraw(two.state, destinationsOf(destination({ key: 'crm', segments: ['others'] })), 3);
    expect(state.queue.map((delivery) => [delivery.destination, delivery.version])).toEqual([
      ['crm', 1],
      ['ads', 1],
    ]);
    expect(state.ended.map(({ record }) => [record.destination, record.reason])).toEqual([
      ['crm', 'not_subscribed'],
      ['ads', 'destination_deleted'],
    ]);
  });

  it('lets go of ended deliveries once they are published and seen', () => {
    const { state, id } = started();
    const ended = settle(state, id, answered(200), 0);
    expect(prune(ended, 1_000_000)).toBe(ended);
    const published = { ...ended, ended: ended.ended.map(({ record }) => ({ record, published: true })) };
    expect(prune(published, 1)).toBe(published);
    expect(prune(published, 1_000_000)).toEqual(NO_DELIVERIES);
  });
});

describe('any history of a profile', () => {
  const results: fc.Arbitrary<AttemptResult> = fc.oneof(
    fc.constantFrom(200, 302, 404, 429, 500).map((status) => answered(status)),
    fc.constantFrom<AttemptResult>(unanswered('timeout'), { kind: 'deferred', reason: 'busy', retryAfterMs: 100 }),
  );
  const steps = fc.array(
    fc.oneof(
      fc.record({ do: fc.constant('record' as const), segment: fc.constantFrom('buyers', 'others') }),
      fc.record({ do: fc.constant('result' as const), which: fc.nat(3), result: results }),
      fc.record({ do: fc.constant('crash' as const) }),
      fc.record({ do: fc.constant('later' as const), ms: fc.integer({ min: 0, max: 100_000 }) }),
    ),
    { maxLength: 60 },
  );

  it('ends each delivery at most once, in order, and forgets none', () => {
    fc.assert(
      fc.property(steps, (history) => {
        let [state, now, version] = [NO_DELIVERIES, 0, 0];
        let underWay: string[] = [];
        const decided: string[] = [];
        const start = () => {
          const next = startDue(state, now);
          underWay.push(...next.attempts.map(({ id }) => id));
          state = deliveriesCodec.decode(deliveriesCodec.encode(next.state));
        };
        for (const step of history) {
          if (step.do === 'record') {
            version += 1;
            const record = membership({ version, segment: step.segment });
            state = enqueue(state, record, both, now);
            decided.push(deliveryId('crm', record));
            if (step.segment === 'buyers') decided.push(deliveryId('ads', record));
          } else if (step.do === 'result') {
            const id = underWay[step.which % Math.max(1, underWay.length)] ?? 'none';
            underWay = underWay.filter((other) => other !== id);
            state = settle(state, id, step.result, now);
          } else if (step.do === 'crash') {
            underWay = [];
            now += 1;
            state = forgetAttempts(state, new Set());
          } else now += step.ms;
          start();
          const running = state.queue
            .filter((delivery) => delivery.asked_ms !== null)
            .map((delivery) => delivery.destination);
          expect(new Set(running).size).toBe(running.length);
        }
        const ended = state.ended.map(({ record }) => record.delivery_id);
        const all = [...ended, ...state.queue.map((delivery) => delivery.delivery_id)];
        expect(all.toSorted()).toEqual(decided.toSorted());
        for (const key of ['crm', 'ads']) {
          // What is overtaken ends before what was under way when it was.
          const versions = state.ended.filter(
            ({ record }) => record.destination === key && record.reason !== 'superseded',
          );
          const order = versions.map(({ record }) => record.membership_version);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
