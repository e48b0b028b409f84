import type { DeliveryEnded } from '@hilo/schemas';
import type { Effect } from '@hilo/streaming';
import { type MemoryTables, outlineOf, rowsOf, StageDriver } from '@hilo/streaming/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AttemptRequest, AttemptResult } from '../domain/attempt.ts';
import { deliveryId, retryId } from '../domain/delivery.ts';
import { answered, destination, destinationsOf, membership } from '../testing/fixtures.ts';
import type { DeliveryRow } from '../ports.ts';
import { activationStage } from '../stage.ts';

const START_MS = 1_760_000_000_000;
const OK = answered(200, null, 'ok');
const BROKEN = answered(500, null, 'no');

let destinations = destinationsOf();
let asked: AttemptRequest[] = [];
let answer: (request: AttemptRequest) => AttemptResult | Promise<AttemptResult>;
let mirror: Map<unknown, unknown>;
let verdicts: Map<unknown, unknown>;
let made: number;
let over: string[];

beforeEach(() => {
  destinations = destinationsOf(destination({}));
  asked = [];
  answer = () => OK;
  mirror = new Map();
  verdicts = new Map();
  made = 0;
  over = [];
});

/** Keeps what the mirror's statements say: the status of each delivery, and whether it can be sent again. */
const tables: MemoryTables = {
  rows: () => [],
  write: (statements) => {
    for (const statement of statements)
      for (const { delivery_id, status, retry } of rowsOf<Pick<DeliveryRow, 'delivery_id' | 'status' | 'retry'>>(
        statement,
      )) {
        if (statement.name === 'activation-put-deliveries') mirror.set(delivery_id, status);
        verdicts.set(delivery_id, retry);
      }
    return true;
  },
};

function driver() {
  const stage = activationStage({
    destinations: () => destinations,
    effector: {
      perform: async (effect: Effect) => {
        asked.push(effect.payload as AttemptRequest);
        return answer(effect.payload as AttemptRequest);
      },
    },
    metrics: {
      ended: ({ status, reason }) => over.push(`${status} ${reason}`),
      queued: (count) => (made += count),
    },
  });
  return new StageDriver({ ...stage, startMs: START_MS, tables });
}

const pipe = (stage: ReturnType<typeof driver>, fields: Parameters<typeof membership>[0]) => {
  const record = membership(fields);
  stage.pipe('segments.membership', record.profile_id, record);
  return record;
};
const endings = (stage: ReturnType<typeof driver>) =>
  stage.outputs('activation.deliveries').map(({ value }) => value as DeliveryEnded);

describe('a membership change', () => {
  it('is committed, then sent, then its end is committed, then published: in this order', async () => {
    const stage = driver();
    const record = pipe(stage, {});
    await stage.run();
    expect(outlineOf(stage.journal)).toEqual([
      { kind: 'commit', partitions: [expect.any(Number)], writes: ['state'] },
      { kind: 'effect', id: `${deliveryId('crm', record)}/0/0` },
      { kind: 'commit', partitions: [expect.any(Number)], writes: ['state', 'activation-put-deliveries'] },
      { kind: 'send', topics: ['activation.deliveries'] },
    ]);
    expect(asked).toEqual([
      {
        delivery_id: deliveryId('crm', record),
        idempotency_key: deliveryId('crm', record),
        destination: 'crm',
        record,
      },
    ]);
    expect(endings(stage)).toEqual([
      {
        delivery_id: deliveryId('crm', record),
        destination: 'crm',
        profile_id: 'p_1',
        segment: 'buyers',
        membership_version: 1,
        membership_status: 'entered',
        status: 'delivered',
        reason: '',
        attempts: 1,
        response_status: 200,
        response_body: 'ok',
        message_id: 'm-1',
        created_at: START_MS,
        ended_at: START_MS,
        retry_of: null,
        idempotency_key: null,
      },
    ]);
    expect([...mirror.values()]).toEqual(['delivered']);
  });

  it('is counted once when its deliveries are made and once when each has ended, however long they take', async () => {
    destinations = destinationsOf(destination({}), destination({ key: 'ads' }));
    answer = ({ destination: key }) => (key === 'ads' && asked.length < 4 ? BROKEN : OK);
    const stage = driver();
    pipe(stage, { version: 1 });
    await stage.run();
    expect([made, over]).toEqual([2, ['delivered ']]);
    await stage.advance(60_000);
    await stage.advance(60_000);
    expect([made, over]).toEqual([2, ['delivered ', 'delivered ']]);
    destinations = destinationsOf(destination({ enabled: false }), destination({ key: 'ads' }));
    pipe(stage, { version: 2 });
    await stage.advance(60_000);
    expect([made, over.length]).toEqual([3, 3]);
  });

  it('that no destination wants changes nothing', async () => {
    destinations = destinationsOf(destination({ segments: ['others'] }), destination({ key: 'off', enabled: false }));
    const stage = driver();
    pipe(stage, {});
    await stage.run();
    expect(asked).toEqual([]);
    expect(endings(stage)).toEqual([]);
  });

  it('that a definition caused reaches only destinations that ask for such changes', async () => {
    destinations = destinationsOf(destination({}), destination({ key: 'audience', backfilled: true }));
    const stage = driver();
    pipe(stage, { version: 1, reason: 'definition', message_id: null, backfilled: true });
    pipe(stage, { version: 2, status: 'exited' });
    await stage.run();
    expect(asked.map(({ destination: key, record }) => `${key} ${record.version}`).sort()).toEqual([
      'audience 1',
      'audience 2',
      'crm 2',
    ]);
  });

  it('that a definition caused is withdrawn once its destination no longer asks for such changes', async () => {
    destinations = destinationsOf(destination({ backfilled: true }));
    answer = () => BROKEN;
    const stage = driver();
    pipe(stage, { backfilled: true });
    await stage.run();
    destinations = destinationsOf(destination({}));
    await stage.advance(60_000);
    expect(endings(stage).map(({ status, reason }) => `${status} ${reason}`)).toEqual(['filtered not_subscribed']);
  });

  it('is tried again when it is due, and the next ones wait for it', async () => {
    answer = (request) => (request.record.version === 1 && asked.length < 3 ? BROKEN : OK);
    const stage = driver();
    pipe(stage, { version: 1 });
    pipe(stage, { version: 2, status: 'exited' });
    await stage.run();
    expect(asked.map(({ record }) => record.version)).toEqual([1]);
    expect(new Set(mirror.values())).toEqual(new Set(['queued', 'retrying']));
    await stage.advance(1000);
    expect(asked.map(({ record }) => record.version)).toEqual([1, 1]);
    await stage.advance(2000);
    expect(asked.map(({ record }) => record.version)).toEqual([1, 1, 1, 2]);
    expect(endings(stage).map(({ membership_version, attempts }) => [membership_version, attempts])).toEqual([
      [1, 3],
      [2, 1],
    ]);
    expect([...mirror.values()]).toEqual(['delivered', 'delivered']);
  });

  it('that a later one overtakes while its destination does not keep up is not sent, and says so everywhere', async () => {
    answer = (request) => (request.record.version === 1 && asked.length === 1 ? BROKEN : OK);
    const stage = driver();
    for (let version = 1; version <= 130; version += 1)
      pipe(stage, { version, status: version % 2 === 1 ? 'entered' : 'exited' });
    await stage.run();
    for (let n = 0; n < 5; n += 1) await stage.advance(1000);
    const ended = endings(stage);
    expect(ended).toHaveLength(130);
    expect(asked.at(-1)?.record.version).toBe(130);
    const superseded = ended.filter(({ reason }) => reason === 'superseded');
    expect(superseded.length).toBeGreaterThan(100);
    expect(new Set(superseded.map(({ status }) => status))).toEqual(new Set(['filtered']));
    const delivered = ended.filter(({ status }) => status === 'delivered').map((one) => one.membership_version);
    expect(delivered).toHaveLength(130 - superseded.length);
    expect(delivered.at(-1)).toBe(130);
    expect([...mirror.values()].filter((status) => status === 'filtered')).toHaveLength(superseded.length);
    expect([made, over.length]).toEqual([130, 130]);
  });

  it('is tried again at one destination at its own time, while another takes long', async () => {
    destinations = destinationsOf(destination({ key: 'broken' }), destination({ key: 'slow' }));
    const slow = Promise.withResolvers<AttemptResult>();
    const at: [string, number][] = [];
    const stage = driver();
    answer = ({ destination: key }) => {
      at.push([key, stage.clock.nowMs() - START_MS]);
      if (key === 'slow') return slow.promise;
      return at.filter(([other]) => other === key).length <= 3 ? answered(503) : OK;
    };
    pipe(stage, {});
    const running = stage.run();
    for (let ms = 0; ms < 9_000; ms += 50) {
      for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      stage.clock.turn(50);
    }
    const beside = at.filter(([key]) => key === 'broken').map(([, ms]) => ms);
    slow.resolve(OK);
    await running;
    expect(beside).toHaveLength(4);
    const [first = -1, second = -1, third = -1, fourth = -1] = beside;
    expect(first).toBeLessThanOrEqual(50);
    for (const [gap, fullMs] of [
      [second - first, 1_000],
      [third - second, 2_000],
      [fourth - third, 4_000],
    ] as const) {
      expect(gap).toBeGreaterThanOrEqual(fullMs / 2);
      expect(gap).toBeLessThanOrEqual(fullMs + 100);
    }
    expect(at.filter(([key]) => key === 'slow')).toHaveLength(1);
    expect(endings(stage).map(({ destination: key, status, attempts }) => [key, status, attempts])).toEqual([
      ['broken', 'delivered', 4],
      ['slow', 'delivered', 1],
    ]);
  });

  it('is asked again with the same key when the process ended before the answer', async () => {
    const first = Promise.withResolvers<AttemptResult>();
    answer = () => first.promise;
    const stage = driver();
    const record = pipe(stage, {});
    const killed = expect(stage.run()).rejects.toThrow();
    await expect.poll(() => asked.length).toBe(1);
    stage.crash();
    await killed;
    // Too late: nobody is left to hear it.
    first.resolve(BROKEN);
    answer = () => OK;
    await stage.advance(1);
    expect(asked.map(({ delivery_id }) => delivery_id)).toEqual([deliveryId('crm', record), deliveryId('crm', record)]);
    expect(endings(stage)).toMatchObject([{ status: 'delivered', attempts: 1 }]);
  });

  it('ends as filtered where its destination is deleted while it waits', async () => {
    answer = () => BROKEN;
    const stage = driver();
    pipe(stage, {});
    await stage.run();
    destinations = destinationsOf(destination({ enabled: false }));
    await stage.advance(1000);
    expect(asked).toHaveLength(1);
    expect(endings(stage)).toMatchObject([{ status: 'filtered', reason: 'destination_disabled', attempts: 1 }]);
    expect([...mirror.values()]).toEqual(['filtered']);
  });
});

describe('a retry', () => {
  const ask = (stage: ReturnType<typeof driver>, delivery_id: string) =>
    stage.pipe('activation.retries', 'p_1', { delivery_id, profile_id: 'p_1', asked_at: START_MS });

  it('is committed, then sent with the key of the first, then its end is committed, then published: in this order', async () => {
    answer = () => answered(400);
    const stage = driver();
    const record = pipe(stage, {});
    const first = deliveryId('crm', record);
    await stage.run();
    expect(endings(stage)).toMatchObject([{ status: 'failed', reason: 'refused' }]);
    expect(verdicts.get(first)).toBe('possible');
    const before = stage.journal.length;
    answer = () => OK;
    ask(stage, first);
    ask(stage, first);
    await stage.run();
    expect(outlineOf(stage.journal.slice(before))).toEqual([
      { kind: 'commit', partitions: [expect.any(Number)], writes: ['state', 'activation-mark-lapsed'] },
      { kind: 'effect', id: `${retryId(first)}/0/0` },
      { kind: 'commit', partitions: [expect.any(Number)], writes: ['state', 'activation-put-deliveries'] },
      { kind: 'send', topics: ['activation.deliveries'] },
    ]);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual({ ...asked[0], delivery_id: retryId(first) });
    expect(endings(stage).at(-1)).toMatchObject({
      delivery_id: retryId(first),
      status: 'delivered',
      retry_of: first,
      idempotency_key: first,
    });
    expect([made, over]).toEqual([2, ['failed refused', 'delivered ']]);
    expect(verdicts.get(first)).toBe('retried');
    expect(verdicts.get(retryId(first))).toBeNull();
  });

  it('is not forgotten with the process that read it', async () => {
    answer = () => answered(400);
    const stage = driver();
    const first = deliveryId('crm', pipe(stage, {}));
    await stage.run();
    const never = Promise.withResolvers<AttemptResult>();
    answer = () => never.promise;
    ask(stage, first);
    const killed = expect(stage.run()).rejects.toThrow();
    await expect.poll(() => asked.length).toBe(2);
    stage.crash();
    await killed;
    never.resolve(BROKEN);
    answer = () => OK;
    ask(stage, first);
    await stage.advance(1);
    expect(endings(stage).map(({ status }) => status)).toEqual(['failed', 'delivered']);
  });

  it('of what a later change has overtaken is not sent, and says so', async () => {
    answer = ({ record }) => (record.version === 1 ? answered(400) : OK);
    const stage = driver();
    const first = deliveryId('crm', pipe(stage, { version: 1 }));
    await stage.run();
    pipe(stage, { version: 2, status: 'exited' });
    await stage.run();
    expect(verdicts.get(first)).toBe('superseded');
    ask(stage, first);
    await stage.advance(60_000);
    expect(asked).toHaveLength(2);
    expect([made, over.length]).toEqual([2, 2]);
  });

  it('of a delivery that the state does not know is answered as not kept', async () => {
    const stage = driver();
    ask(stage, 'd_of_long_ago');
    await stage.run();
    expect(verdicts.get('d_of_long_ago')).toBe('not_kept');
    expect([asked.length, made]).toEqual([0, 0]);
  });
});

describe('bytes that are no membership record', () => {
  it('hold their partition, since only Hilo writes them: nothing is delivered past them, and nothing set aside', async () => {
    const stage = driver();
    pipe(stage, {});
    stage.pipeBytes('segments.membership', 'p_1', Buffer.from('nonsense'));
    pipe(stage, { version: 2 });
    await stage.run();
    expect(stage.outputs('activation.dead-letter')).toEqual([]);
    expect(endings(stage)).toMatchObject([{ status: 'delivered' }]);
  });
});
