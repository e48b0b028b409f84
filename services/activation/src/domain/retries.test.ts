import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RETRY_STATES } from '../use-cases/retry-deliveries.ts';
import { answered, destination, destinationsOf, membership } from '../testing/fixtures.ts';
import { deliveriesCodec } from './deliveries-codec.ts';
import { deliveryId, NO_DELIVERIES, type ProfileDeliveries, retryId } from './delivery.ts';
import {
  append,
  enqueue,
  MAX_PROFILE_CHARACTERS,
  MAX_QUEUE,
  prune,
  settle,
  startDue,
  wakeAt,
  withdraw,
} from './delivery-queue.ts';
import { MAX_RETRYABLE, supersede, takeRetry } from './retries.ts';

const DAY_MS = 86_400_000;
const CRM = destinationsOf(destination({}));
const FIRST = deliveryId('crm', membership({}));

/** As many changes of different segments as one destination may have waiting, too large for any more. */
const FULL = Array.from({ length: MAX_QUEUE }, (_, n) => ({
  version: n + 1,
  segment: `s${n}`,
  traits: 'x'.repeat(MAX_PROFILE_CHARACTERS / MAX_QUEUE + 1),
}));

/** What the stage does with a membership record. */
const take = (state: ProfileDeliveries, fields: Parameters<typeof membership>[0], nowMs = 0) =>
  enqueue(supersede(state, membership(fields), nowMs), membership(fields), CRM, nowMs);

/** The state after the first delivery in the queue was answered. */
function answer(state: ProfileDeliveries, status: number, nowMs = 0): ProfileDeliveries {
  const started = startDue(state, nowMs);
  return settle(started.state, started.attempts[0]?.id ?? '', answered(status), nowMs);
}

/** What the stage does with a retry. */
function retry(state: ProfileDeliveries, delivery_id: string, nowMs = 0): ProfileDeliveries {
  const taken = takeRetry(state, delivery_id, nowMs);
  return taken.kind === 'refuse' ? taken.state : append(taken.state, taken.delivery, taken.record, nowMs);
}

const verdicts = ({ retryable, lapsed }: ProfileDeliveries) =>
  Object.fromEntries([
    ...retryable.map(({ delivery_id }) => [delivery_id, 'possible']),
    ...lapsed.map(({ delivery_id, verdict }) => [delivery_id, verdict]),
  ]);

describe('a delivery that ended', () => {
  it.each([
    [400, 'possible'],
    [302, 'possible'],
    [200, undefined],
  ])('by an answer of %i can be sent again: %s', (status, verdict) => {
    const state = answer(take(NO_DELIVERIES, {}), status);
    expect(verdicts(state)[FIRST]).toBe(verdict);
    expect(Object.keys(state.records)).toEqual(verdict === undefined ? [] : ['1']);
  });

  it('as filtered cannot be: nobody wants it', () => {
    expect(withdraw(take(NO_DELIVERIES, {}), destinationsOf(), 1)).toMatchObject({ retryable: [], records: {} });
  });

  it('because the queue was full can be', () => {
    const state = FULL.reduce((before, fields) => take(before, fields), NO_DELIVERIES);
    const beyond = take(state, { version: MAX_QUEUE + 1, segment: 'one more', traits: '{}' });
    expect(beyond.retryable.map(({ version }) => version)).toEqual([MAX_QUEUE + 1]);
    expect(beyond.records).toHaveProperty(`${MAX_QUEUE + 1}`);
  });
});

describe('a retry', () => {
  it('is a delivery of its own, with the change as it was, the Idempotency-Key of the first, and its own end', () => {
    const failed = answer(take(NO_DELIVERIES, {}), 400, 5);
    const asked = startDue(retry(failed, FIRST, 7), 7);
    expect(asked.attempts).toEqual([
      {
        id: `${retryId(FIRST)}/0/0`,
        request: {
          delivery_id: retryId(FIRST),
          idempotency_key: FIRST,
          destination: 'crm',
          record: membership({}),
        },
      },
    ]);
    const over = settle(asked.state, asked.attempts[0]?.id ?? '', answered(204), 9);
    expect(over).toMatchObject({ queue: [], records: {}, retryable: [] });
    expect(over.ended.map(({ record }) => record)).toMatchObject([
      { delivery_id: FIRST, status: 'failed', retry_of: null, idempotency_key: null },
      {
        delivery_id: retryId(FIRST),
        status: 'delivered',
        attempts: 1,
        created_at: 7,
        ended_at: 9,
        retry_of: FIRST,
        idempotency_key: FIRST,
      },
    ]);
  });

  it('asked for again is the same one', () => {
    const once = retry(answer(take(NO_DELIVERIES, {}), 400), FIRST);
    expect(takeRetry(once, FIRST, 1)).toEqual({ kind: 'refuse', state: once, reason: 'retry_retried' });
    const muchLater = prune(answer(once, 200), 5 * DAY_MS);
    expect(retry(muchLater, FIRST, 5 * DAY_MS).queue).toEqual([]);
  });

  it('that fails can be sent again, with the key of the first', () => {
    const twice = answer(retry(answer(take(NO_DELIVERIES, {}), 400), FIRST), 400);
    expect(verdicts(twice)).toEqual({ [FIRST]: 'retried', [retryId(FIRST)]: 'possible' });
    const [attempt] = startDue(retry(twice, retryId(FIRST)), 0).attempts;
    expect(attempt?.request).toMatchObject({ delivery_id: retryId(retryId(FIRST)), idempotency_key: FIRST });
  });

  it('waits behind what waits, and fails at once where the queue is full', () => {
    let state = answer(take(NO_DELIVERIES, {}), 400);
    state = take(state, { version: 2, segment: 'others' });
    expect(retry(state, FIRST).queue.map(({ version }) => version)).toEqual([2, 1]);
    state = answer(take(NO_DELIVERIES, {}), 400);
    for (const { version, ...fields } of FULL) state = take(state, { ...fields, version: version + 1 });
    const full = retry(state, FIRST);
    expect(full.queue).toHaveLength(MAX_QUEUE);
    expect(full.ended.at(-1)?.record).toMatchObject({ delivery_id: retryId(FIRST), reason: 'queue_full' });
    expect(verdicts(full)).toMatchObject({ [FIRST]: 'retried', [retryId(FIRST)]: 'possible' });
  });

  it('ends as filtered where the destination has been disabled or deleted', () => {
    const failed = answer(take(NO_DELIVERIES, {}), 400);
    for (const [now, reason] of [
      [destinationsOf(destination({ enabled: false })), 'destination_disabled'],
      [destinationsOf(), 'destination_deleted'],
    ] as const)
      expect(withdraw(retry(failed, FIRST), now, 1).ended.at(-1)?.record).toMatchObject({ status: 'filtered', reason });
  });

  it('of what nobody has kept is refused', () => {
    expect(takeRetry(NO_DELIVERIES, FIRST, 3)).toMatchObject({
      kind: 'refuse',
      reason: 'retry_not_kept',
      state: { queue: [], lapsed: [{ delivery_id: FIRST, verdict: 'not_kept', lapsed_ms: 3 }] },
    });
  });
});

describe('a later change of the segment', () => {
  it('makes what failed before it out of date, and leaves other segments alone', () => {
    let state = answer(take(NO_DELIVERIES, {}), 400);
    state = answer(take(state, { version: 2, segment: 'others' }), 400);
    const after = take(state, { version: 3, status: 'exited' });
    expect(new Set(Object.values(verdicts(after)))).toEqual(new Set(['possible', 'superseded']));
    expect(verdicts(after)[FIRST]).toBe('superseded');
    expect(Object.keys(after.records)).toEqual(['2', '3']);
    expect(retry(after, FIRST).queue).toEqual(after.queue);
  });

  it('that came while it was under way makes it out of date when it fails', () => {
    const { state, attempts } = startDue(take(NO_DELIVERIES, {}), 0);
    const both = take(state, { version: 2, status: 'exited' });
    expect(verdicts(settle(both, attempts[0]?.id ?? '', answered(400), 1))).toEqual({ [FIRST]: 'superseded' });
  });

  it('that no destination was notified of does so too', () => {
    const failed = answer(take(NO_DELIVERIES, {}), 400);
    expect(verdicts(supersede(failed, membership({ version: 2 }), 1))).toEqual({ [FIRST]: 'superseded' });
  });

  it('read again does not', () => {
    const failed = answer(take(NO_DELIVERIES, {}), 400);
    expect(supersede(failed, membership({ version: 1 }), 1)).toBe(failed);
  });
});

describe('what is kept', () => {
  it('is let go of after 30 days, for which the profile is woken', () => {
    const failed = answer(take(NO_DELIVERIES, {}), 400, 5);
    const until_ms = 5 + 30 * DAY_MS;
    expect(wakeAt(failed, 6)).toBe(until_ms);
    expect(prune(failed, until_ms - 1).retryable).toHaveLength(1);
    expect(prune(failed, until_ms)).toMatchObject({ retryable: [], records: {} });
    expect(wakeAt(prune(failed, until_ms), until_ms)).toBeNull();
  });

  it('is bounded: the oldest goes first', () => {
    let state = NO_DELIVERIES;
    for (let version = 1; version <= MAX_RETRYABLE + 1; version += 1)
      state = answer(take(state, { version, segment: `${version}` }), 400);
    expect(state.retryable.map(({ version }) => version)).toEqual(
      Array.from({ length: MAX_RETRYABLE }, (_, n) => n + 2),
    );
    expect(state.lapsed.map(({ verdict }) => verdict)).toEqual(['not_kept']);
    expect(Object.keys(state.records)).toHaveLength(MAX_RETRYABLE);
  });

  it('survives encoding, and a state of the release before reads as one without', () => {
    const state = retry(answer(take(answer(take(NO_DELIVERIES, {}), 400), { version: 2, segment: 'x' }), 302), FIRST);
    expect(deliveriesCodec.decode(deliveriesCodec.encode(state))).toEqual(state);
    const waiting = take(take(NO_DELIVERIES, {}), { version: 2 });
    const { retryable: _, lapsed: __, queue, ...rest } = waiting;
    const old = queue.map(({ idempotency_key: _key, retry_of: _of, overtaken: _overtaken, ...delivery }) => delivery);
    const written = Buffer.from(JSON.stringify({ v: 1, ...rest, queue: old }));
    expect(deliveriesCodec.decode(written)).toEqual(waiting);
  });
});

it('docs/reasons.md lists every state of a retry with its meaning, and no other', () => {
  const text = readFileSync(new URL('../../../../docs/reasons.md', import.meta.url), 'utf8');
  const [, after = ''] = text.split('### Retries\n');
  const [section = ''] = after.split('\n## ');
  const rows = [...section.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, state, meaning]) => [state, meaning]);
  expect(Object.fromEntries(rows)).toEqual(RETRY_STATES);
});
