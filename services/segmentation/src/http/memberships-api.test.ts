import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { UTC } from '@hilo/behaviour';
import type { Condition } from '@hilo/behaviour/version-2';
import {
  createLogger,
  createServiceApp,
  MemoryChanges,
  openApiOf,
  openPool,
  type ProblemBody,
  type ServiceApp,
} from '@hilo/service';
import type { SchemaOf } from '@hilo/service/contract';
import { ContractProof } from '@hilo/service/testing';
import { partitionOf } from '@hilo/streaming';
import { migrateClickHouse, migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseMemberships } from '../adapters/clickhouse-memberships.ts';
import { PostgresProfileStates } from '../adapters/postgres-profile-states.ts';
import { compiledOf } from '../domain/compile.ts';
import { decide } from '../domain/decide.ts';
import { type Definitions, encodeDefinitions, NO_DEFINITIONS, withDefinition } from '../domain/definitions.ts';
import { foldEvent, foldProfile } from '../domain/fold.ts';
import { newProfile, type ProfileState } from '../domain/profile-state.ts';
import { encodeProfile } from '../domain/profile-state-codec.ts';
import type { ListedSegment } from '../ports.ts';
import { SegmentationModule } from '../segmentation.module.ts';
import { A_DEFINITION, A_PROFILE, AN_EVENT } from '../testing/records.ts';
import { NO_MEMBERSHIPS } from '../testing/unreached.ts';
import { type Api, contract } from './contract.ts';

const proof = new ContractProof(contract);
const reached = () => expect.unreachable();
const DAY_MS = 86_400_000;
/** Whole seconds, so that times read well. */
const NOW_MS = Math.floor(Date.now() / 1_000) * 1_000;
const PARTITIONS = 4;
const ago = (days: number): number => NOW_MS - days * DAY_MS;
const iso = (timeMs: number): string => new Date(timeMs).toISOString();

const CONDITIONS: Readonly<Record<string, Condition>> = {
  regulars: {
    all: [
      { did: 'Order Completed', where: [{ property: 'revenue', is: { gt: 1 } }], count: { gte: 2 }, within: '30d' },
      { trait: 'country', is: { eq: 'Germany' } },
    ],
  },
  buyers: { did: 'Order Completed', count: { gte: 1 } },
};

/** When it happened, in days ago, the message and the revenue. */
const ORDERS = [
  [40, 'm1', 5],
  [20, 'm2', 7],
  [10, 'm3', 9],
  [5, 'm4', 1],
] as const;

let stores: StoresFor<'postgres' | 'clickhouse'>;
let operator: ClickHouseClient;
let memberships: ClickHouseMemberships;
let unavailable: ClickHouseMemberships;
let pool: ReturnType<typeof openPool>;
let apps: ServiceApp[];

const definitions = Object.entries(CONDITIONS).reduce<Definitions>(
  (before, [segment, condition], index) =>
    withDefinition(before, {
      ...{ ...A_DEFINITION, segment, version: 1, name: segment, definition: JSON.stringify(condition) },
      ...{ decided_at: ago(100) + index, number: index + 1 },
    }),
  NO_DEFINITIONS,
);

/** A person with orders, as the stage commits it. */
function committed(profile_id: string): ProfileState {
  const compiled = compiledOf(definitions, UTC);
  const profile = { ...A_PROFILE, profile_id, version: 1, traits: '{"country":"Germany"}', identifiers: [] };
  let folded = foldProfile(newProfile(profile_id), profile, compiled);
  for (const [days, message_id, revenue] of ORDERS) {
    if (folded.kind === 'fault') throw new Error(folded.message);
    const times = { timestamp: ago(days), received_at: ago(days) };
    const event = { event: 'Order Completed', message_id, properties: JSON.stringify({ revenue }), ...times };
    folded = foldEvent(folded.state, { ...AN_EVENT, profile_id, ...event }, NOW_MS, compiled);
  }
  if (folded.kind === 'fault') throw new Error(folded.message);
  return decide(folded.state, { kind: 'definition' }, { momentMs: NOW_MS, nowMs: NOW_MS }, compiled).state;
}

async function storeState(key: string, body: Buffer | null, protocol: string | null, partition?: number) {
  await pool.query('INSERT INTO segmentation.state (partition, key, body, protocol) VALUES ($1, $2, $3, $4)', [
    ...[partition ?? partitionOf(key, PARTITIONS), key, body, protocol],
  ]);
}

function change(profile_id: string, version: number, status: string, days: number, more: object = {}): object {
  const what = { segment: 'regulars', segment_version: 1, profile_id, version, status, reason: 'event' };
  return { ...what, message_id: `m${version}`, event_time: ago(days), decided_at: ago(days), unproven: false, ...more };
}

async function appOver(over: ClickHouseMemberships): Promise<ServiceApp> {
  const find = async (key: string) => (key in CONDITIONS ? ({ key } as ListedSegment) : null);
  return createServiceApp({
    name: 'segmentation',
    module: SegmentationModule.of({
      ...NO_MEMBERSHIPS,
      store: {
        ...{ save: reached, saveWithPast: reached, cancelBackfill: reached, find, list: reached },
        ...{ members: reached, publishNext: reached, waiting: reached },
      },
      backfills: { find: reached, underLock: reached },
      ...{ previews: { preview: reached, fifths: reached }, publisher: { publishSoon: reached } },
      origins: { originOf: reached, release: reached },
      ...{ states: new PostgresProfileStates(pool, PARTITIONS), events: over, history: over, partitions: PARTITIONS },
    }),
    adminToken: 'secret',
    openapi: openApiOf(contract),
    logger: createLogger({ name: 'test', level: 'silent' }),
    changes: new MemoryChanges(),
    prepare: proof.watch,
    ready: () => true,
  });
}

async function get<Name extends keyof Api['schemas']>(path: string, app = apps[0] as ServiceApp) {
  const answer = await app.instance.inject({ url: `/v1/${path}`, headers: { authorization: 'Bearer secret' } });
  return { status: answer.statusCode, body: answer.json() as SchemaOf<Api, Name> & Partial<ProblemBody> };
}

const explain = (segment: string, profile_id: string, app?: ServiceApp) =>
  get<'Explanation'>(`segments/${segment}/profiles/${profile_id}/explain`, app);

interface ChangesPage {
  readonly items: readonly SchemaOf<Api, 'MembershipChange'>[];
  readonly next: string | null;
}

const history = async (path: string, app?: ServiceApp) => {
  const { status, body } = await get<'Explanation'>(path, app);
  return { status, body: body as unknown as ChangesPage & Partial<ProblemBody> };
};

beforeAll(async () => {
  stores = await openStores('postgres', 'clickhouse');
  await Promise.all([migrateClickHouse(stores.clickhouse), migratePostgres(stores.postgresUrl, ['segmentation'])]);
  const { url, user, password, readonlyUser, readonlyPassword } = stores.clickhouse;
  operator = createClient({ url, username: user, password });
  const logger = createLogger({ name: 'test', level: 'silent' });
  pool = openPool({ ...stores, schema: 'segmentation', logger });
  const insert = (table: string, values: object[]) =>
    operator.insert({ table: `hilo.${table}`, values, format: 'JSONEachRow' });
  await insert(
    'event_rows',
    ORDERS.map(([days, message_id, revenue], index) => ({
      // The first was of a profile that has been absorbed since.
      ...{ profile_id: index === 0 ? 'p_old' : 'p_ann', message_id, type: 'track', event: 'Order Completed' },
      ...{ source: 'web', via: 'http', timestamp: ago(days), received_at: ago(days), properties: '{}' },
      ...{
        values_version: 1,
        property_values: { revenue: { type: 'number', text: `${revenue}`, number: `${revenue}` } },
      },
    })),
  );
  await insert('redirect_rows', [{ profile_id: 'p_old', survivor: 'p_ann', version: 1 }]);
  await insert('membership_rows', [
    change('p_ann', 3, 'entered', 10),
    change('p_old', 2, 'exited', 30, { reason: 'merge', message_id: null, event_time: null }),
    change('p_old', 1, 'entered', 50, { unproven: true }),
    change('p_bob', 1, 'entered', 20, { backfilled: true, historical: true }),
  ]);
  await storeState('p_ann', encodeProfile(committed('p_ann')), null);
  await storeState('p_old', null, JSON.stringify({ redirect: { to: 'p_ann', merge_id: 'm' } }));
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    await storeState('', encodeDefinitions(definitions), null, partition);
  }
  const access = {
    ...{ clickhouseUrl: url, clickhouseReadonlyUser: readonlyUser, clickhouseReadonlyLogin: readonlyPassword },
    zone: UTC,
  };
  memberships = new ClickHouseMemberships(access);
  unavailable = new ClickHouseMemberships({ ...access, clickhouseUrl: 'http://127.0.0.1:1' });
  apps = [await appOver(memberships), await appOver(unavailable)];
}, 120_000);

afterAll(async () => {
  await Promise.all(apps.map((app) => app.nest.close()));
  await Promise.all([memberships.stop(), unavailable.stop(), pool.end(), operator.close()]);
  await stores.close();
  expect(proof.breaches()).toEqual([]);
});

describe('an explanation', () => {
  it('says why, since when, until when, by which events, and what would change it', async () => {
    const { status, body } = await explain('regulars', 'p_ann');
    expect(status).toBe(200);
    const until = iso(ago(20) + 30 * DAY_MS);
    expect(body).toMatchObject({
      ...{ segment: 'regulars', profile_id: 'p_ann', member: true, since: iso(NOW_MS), segment_version: 1 },
      ...{ behind: false, condition: CONDITIONS['regulars'], events_named: true },
      explained: {
        ...{ field: 'condition', holds: true, changes: 'at', until, value: null, events: [] },
        of: [
          {
            ...{ field: 'condition.all[0]', holds: true, since: iso(ago(10)), changes: 'at', until },
            value: { kind: 'count', count: 2, at_least: true },
            events: [
              { message_id: 'm3', at: iso(ago(10)), step: null },
              { message_id: 'm2', at: iso(ago(20)), step: null },
            ],
          },
          {
            ...{ field: 'condition.all[1]', holds: true, changes: 'never', until: null },
            ...{ value: { kind: 'values', values: ['"Germany"'] }, events: [] },
          },
        ],
      },
      smallest_change: {
        at: iso(Date.parse(body.as_of)),
        steps: [{ code: 'trait', field: 'condition.all[1]', passes: false }],
      },
    });
  });

  it('names events that the stage only counts, those of absorbed profiles too', async () => {
    const { body } = await explain('buyers', 'p_ann');
    expect(body.explained.events.map(({ message_id }) => message_id)).toEqual(['m4', 'm3', 'm2', 'm1']);
  });

  it('of an absorbed profile is that of its survivor', async () => {
    expect(await explain('regulars', 'p_old')).toMatchObject({
      status: 200,
      body: { profile_id: 'p_ann', member: true },
    });
  });

  it('comes without the names of events if ClickHouse does not answer', async () => {
    const { status, body } = await explain('regulars', 'p_ann', apps[1]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ member: true, events_named: false });
    expect(body.explained.of[0]?.events[0]).toEqual({ message_id: null, at: iso(ago(10)), step: null });
  });

  it.each([
    ['a segment that does not exist', 'nothing', 'p_ann', 'key'],
    ['a profile that nobody knows', 'regulars', 'p_nobody', 'profile_id'],
  ])('is refused for %s', async (_what, segment, profile_id, field) => {
    expect(await explain(segment, profile_id)).toMatchObject({ status: 404, body: { code: 'not_found', field } });
  });
});

describe('the history of a segment', () => {
  const named = ({ items }: ChangesPage) =>
    items.map((one) => `${one.recorded_profile_id} ${one.version} ${one.status}`);

  it('has every entry and exit, the newest first, under the profiles of now', async () => {
    const { status, body } = await history('segments/regulars/history');
    expect(status).toBe(200);
    expect(named(body)).toEqual(['p_ann 3 entered', 'p_bob 1 entered', 'p_old 2 exited', 'p_old 1 entered']);
    expect(body.items[2]).toEqual({
      ...{ segment: 'regulars', segment_version: 1, profile_id: 'p_ann', recorded_profile_id: 'p_old', version: 2 },
      ...{ status: 'exited', reason: 'merge', message_id: null, event_time: null, decided_at: iso(ago(30)) },
      ...{ unproven: false, backfilled: false, historical: false },
    });
    expect(body.items[1]).toMatchObject({ backfilled: true, historical: true });
    expect(body.items[3]).toMatchObject({ unproven: true, message_id: 'm1', event_time: iso(ago(50)) });
  });

  it('comes in pages', async () => {
    const first = await history('segments/regulars/history?limit=3');
    const second = await history(`segments/regulars/history?limit=3&cursor=${first.body.next}`);
    expect([...named(first.body), ...named(second.body)]).toEqual(
      named((await history('segments/regulars/history')).body),
    );
    expect(second.body.next).toBeNull();
  });

  it('of a time has what was decided from its beginning on, and before its end', async () => {
    const path = `segments/regulars/history?from=${iso(ago(30))}&to=${iso(ago(10))}`;
    expect(named((await history(path)).body)).toEqual(['p_bob 1 entered', 'p_old 2 exited']);
  });

  it.each(['p_ann', 'p_old'])(
    'of a profile has its changes, and those of the ones that it absorbed: %s',
    async (id) => {
      const { body } = await history(`segments/regulars/profiles/${id}/history`);
      expect(named(body)).toEqual(['p_ann 3 entered', 'p_old 2 exited', 'p_old 1 entered']);
    },
  );

  it.each([
    ['segments/nothing/history', 404, 'key'],
    ['segments/regulars/history?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', 400, 'from'],
    [`segments/regulars/history?cursor=${Buffer.from('["a"]').toString('base64url')}`, 400, 'cursor'],
  ])('is refused: %s', async (path, status, field) => {
    expect(await history(path)).toMatchObject({ status, body: { field } });
  });

  it('says so if ClickHouse does not answer', async () => {
    expect(await history('segments/regulars/history', apps[1])).toMatchObject({
      ...{ status: 503, body: { code: 'unavailable' } },
    });
  });
});
