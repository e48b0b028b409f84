import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { UTC } from '@hilo/behaviour';
import {
  createLogger,
  createServiceApp,
  MemoryChanges,
  openApiOf,
  type ProblemBody,
  type ServiceApp,
} from '@hilo/service';
import type { SchemaOf } from '@hilo/service/contract';
import { ContractProof } from '@hilo/service/testing';
import { migrateClickHouse, openStores, type StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHousePreviews } from '../adapters/clickhouse-previews.ts';
import type { ListedSegment } from '../ports.ts';
import { SegmentationModule } from '../segmentation.module.ts';
import { NO_MEMBERSHIPS } from '../testing/unreached.ts';
import { type Api, contract } from './contract.ts';

const proof = new ContractProof(contract);
const reached = () => expect.unreachable();
const DAY_MS = 86_400_000;
const BOUGHT_TWICE = { did: 'Order Completed', count: { gte: 2 }, within: '90d' };
const GERMAN = { trait: 'country', is: { eq: 'Germany' } };

let stores: StoresFor<'clickhouse'>;
let operator: ClickHouseClient;
let previews: ClickHousePreviews;
let apps: ServiceApp[];

const SEGMENTS = [
  { key: 'buyers', condition: { did: 'Order Completed' }, members: 2 },
  { key: 'nobody', condition: { did: 'Nothing' }, members: 0 },
] as unknown as readonly ListedSegment[];

/** The API over previews; the segments are given. */
async function appOver(over: ClickHousePreviews): Promise<ServiceApp> {
  const store = {
    save: reached,
    saveWithPast: reached,
    cancelBackfill: reached,
    find: reached,
    members: reached,
    publishNext: reached,
    waiting: reached,
  };
  return createServiceApp({
    name: 'segmentation',
    module: SegmentationModule.of({
      ...NO_MEMBERSHIPS,
      store: { ...store, list: async () => SEGMENTS },
      backfills: { find: reached, underLock: reached },
      previews: over,
      publisher: { publishSoon: reached },
      origins: { originOf: reached, release: reached },
      partitions: 4,
    }),
    adminToken: 'secret',
    openapi: openApiOf(contract),
    logger: createLogger({ name: 'test', level: 'silent' }),
    changes: new MemoryChanges(),
    prepare: proof.watch,
    ready: () => true,
  });
}

async function ask(body: object, app = apps[0] as ServiceApp, headers: object = {}, url = '/v1/segments/preview') {
  const answer = await app.instance.inject({
    method: 'POST',
    url,
    headers: { authorization: 'Bearer secret', 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });
  return {
    status: answer.statusCode,
    body: answer.json() as Partial<SchemaOf<Api, 'Preview'>> &
      Partial<SchemaOf<Api, 'RfmThresholds'>> &
      Partial<ProblemBody>,
  };
}

async function insert(table: string, values: readonly object[]): Promise<void> {
  await operator.insert({ table: `hilo.${table}`, values: [...values], format: 'JSONEachRow' });
}

function order(profile_id: string, message_id: string, daysAgo: number): object {
  const timestamp = Date.now() - daysAgo * DAY_MS;
  const what = { profile_id, message_id, type: 'track', event: 'Order Completed', source: 'web', via: 'http' };
  return { ...what, timestamp, received_at: timestamp, properties: '{}', values_version: 1 };
}

/** A refund with an amount of a kind. */
function refund(message_id: string, type: 'text' | 'number', currency: string): object {
  const property_values = {
    amount: { type, text: '5', number: type === 'number' ? '5' : null },
    currency: { type: 'text', text: currency, number: null },
    ...(message_id === 'r1' ? { 'shop.city': { type: 'text', text: 'Rome', number: null } } : {}),
  };
  return { ...order('p_bob', message_id, 1), event: 'Refunded', property_values };
}

function profile(profile_id: string, country: string): object {
  const times = { event_time: 0, decided_at: 0 };
  const trait_values = { country: { type: 'text', text: country, number: null } };
  return { profile_id, version: 1, status: 'live', traits: '{}', values_version: 1, trait_values, ...times };
}

function member(segment: string, profile_id: string): object {
  const rest = { segment_version: 1, version: 1, status: 'entered', reason: 'event', decided_at: 0 };
  return { segment, profile_id, ...rest };
}

function access(of: StoresFor<'clickhouse'>) {
  const { url, readonlyUser, readonlyPassword } = of.clickhouse;
  return {
    clickhouseUrl: url,
    clickhouseReadonlyUser: readonlyUser,
    clickhouseReadonlyLogin: readonlyPassword,
    zone: UTC,
  };
}

beforeAll(async () => {
  stores = await openStores('clickhouse');
  await migrateClickHouse(stores.clickhouse);
  const { url, user, password } = stores.clickhouse;
  operator = createClient({ url, username: user, password });
  await insert('event_rows', [
    order('p_ann', 'a1', 1),
    order('p_ann', 'a2', 2),
    order('p_ann_phone', 'a3', 200),
    order('p_bob', 'b1', 1),
    order('p_bob', 'b2', 200),
    refund('r1', 'number', 'EUR'),
    refund('r2', 'number', 'GBP'),
    refund('r3', 'text', 'EUR'),
  ]);
  await insert('redirect_rows', [{ profile_id: 'p_ann_phone', survivor: 'p_ann', version: 1 }]);
  await insert('profile_rows', [profile('p_ann', 'Germany'), profile('p_bob', 'Germany'), profile('p_cat', 'France')]);
  await insert('membership_rows', [member('buyers', 'p_ann'), member('buyers', 'p_bob')]);
  previews = new ClickHousePreviews(access(stores));
  const unavailable = new ClickHousePreviews({ ...access(stores), clickhouseUrl: 'http://127.0.0.1:1' });
  apps = [await appOver(previews), await appOver(unavailable)];
}, 120_000);

afterAll(async () => {
  await Promise.all(apps.map((app) => app.nest.close()));
  await previews.stop();
  await operator.close();
  await stores.close();
  expect(proof.breaches()).toEqual([]);
});

describe('a preview', () => {
  it('says how many and who, why, and how many are in other segments', async () => {
    const { status, body } = await ask({
      condition: { any: [BOUGHT_TWICE, { all: [GERMAN, { not: BOUGHT_TWICE }] }] },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      size: 2,
      of: 3,
      overlap: [
        { segment: 'buyers', both: 2 },
        { segment: 'nobody', both: 0 },
      ],
    });
    expect(body.share).toBeCloseTo(2 / 3);
    expect(new Map(body.sample?.map(({ profile_id, holds }) => [profile_id, holds]))).toEqual(
      new Map([
        ['p_ann', ['condition.any[0]', 'condition.any[1].all[0]', 'condition.any[1].all[1].not']],
        ['p_bob', ['condition.any[1].all[0]']],
      ]),
    );
  });

  it('counts profiles without any event, and events of absorbed profiles', async () => {
    expect((await ask({ condition: { did: 'Order Completed', count: { eq: 0 } } })).body).toMatchObject({ size: 1 });
    expect((await ask({ condition: { did: 'Order Completed', count: { gte: 3 } } })).body.sample).toMatchObject([
      { profile_id: 'p_ann' },
    ]);
  });

  it('warns of values that the condition cannot mean, and of several currencies', async () => {
    const condition = {
      all: [
        { sum: 'amount', of: 'Refunded', is: { gte: 1 }, where: [{ property: 'shop', is: { eq: 'Rome' } }] },
        { did: 'Refunde', where: [{ property: 'amount', is: { gte: 1 } }] },
        { trait: 'country', is: { eq: 'Germany' } },
        {
          any: [
            { trait: 'county', is: { eq: 'Kent' } },
            { trait: 'country', is: { gte: 3 } },
          ],
        },
      ],
    };
    const { status, body } = await ask({ condition });
    expect(status).toBe(200);
    const words = body.warnings?.map(({ field, code, path, wanted, found }) =>
      [field, code, path, wanted, ...found.map(({ value, count }) => `${value}:${count}`)].join(' '),
    );
    expect(words).toEqual([
      'condition.all[0].where[0].property other_kinds shop text object:1',
      'condition.all[0].sum other_kinds amount number number:2 text:1',
      'condition.all[0].sum several_currencies amount number EUR:1 GBP:1',
      'condition.all[1].did no_events  ',
      'condition.all[3].any[0].trait never_seen county text',
      'condition.all[3].any[1].trait other_kinds country number text:3',
    ]);
  });

  it('compares with the segment that is to be replaced first, however small it is', async () => {
    const { body } = await ask({ condition: BOUGHT_TWICE, segment: 'nobody' });
    expect(body.overlap?.map(({ segment }) => segment)).toEqual(['nobody', 'buyers']);
  });

  it('answers as of a moment', async () => {
    const asOf = new Date(Date.now() - 100 * DAY_MS).toISOString();
    const condition = { did: 'Order Completed', count: { gte: 1 }, within: '365d' };
    expect((await ask({ condition: { ...condition, count: { gte: 2 } }, asOf })).body).toMatchObject({ size: 0 });
    expect((await ask({ condition, asOf })).body).toMatchObject({ size: 2 });
  });

  it('finds the members of other segments by their conditions', async () => {
    expect((await ask({ condition: { all: [{ in: 'buyers' }, { not: BOUGHT_TWICE }] } })).body).toMatchObject({
      size: 1,
      sample: [{ profile_id: 'p_bob', holds: ['condition.all[0]'] }],
    });
  });

  it.each([
    ['a condition that is none', { condition: { did: 'A', count: { gte: -1 } } }, 'condition.count.gte'],
    [
      'a form that is not evaluated yet',
      { condition: { all: [{ did: 'A' }, { consent: 'ads' }] } },
      'condition.all[1]',
    ],
  ])('refuses %s and names its place', async (_what, body, field) => {
    const answer = await ask(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_condition', field } });
  });

  it('says what divides customers into fifths, and refuses what is no sum in a window', async () => {
    const sum = { sum: 'revenue', of: 'Order Completed', is: { gte: 0 } };
    const url = '/v1/segments/rfm-thresholds';
    const found = await ask({ condition: { ...sum, within: '365d' } }, apps[0], {}, url);
    // Ann has three purchases, Bob two.
    expect(found).toMatchObject({ status: 200, body: { population: 2, frequency: [2, 2, 3, 3] } });
    for (const condition of [sum, BOUGHT_TWICE]) {
      const refused = await ask({ condition }, apps[0], {}, url);
      expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_condition', field: 'condition' } });
    }
  });

  it('says so if ClickHouse does not answer', async () => {
    const answer = await ask({ condition: BOUGHT_TWICE }, apps[1] as ServiceApp);
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });

  it('takes only so many previews of one person', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask({ condition: BOUGHT_TWICE })));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body).toMatchObject({ code: 'too_many_queries' });
    expect(answers.filter(({ status }) => status === 200).length).toBe(12 - refused.length);
  });

  it('is nobody’s without the token', async () => {
    const answer = await ask({ condition: BOUGHT_TWICE }, apps[0] as ServiceApp, { authorization: 'Bearer wrong' });
    expect(answer.status).toBe(401);
  });
});
