import { randomUUID } from 'node:crypto';
import { UTC } from '@hilo/behaviour';
import { notEvaluated } from '@hilo/behaviour/version-2';
import { partitionOf } from '@hilo/streaming';
import { migrateClickHouse, migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { randomCase, type RandomCase } from '../../packages/behaviour/src/version-2/testing/index.ts';
import { clickHouseClient } from '../../services/history/src/adapters/clickhouse-client.ts';
import { ClickHouseSink } from '../../services/history/src/adapters/clickhouse-sink.ts';
import { eventRow } from '../../services/history/src/domain/event-row.ts';
import { ClickHouseRecordedProfiles } from '../../services/segmentation/src/adapters/clickhouse-recorded-profiles.ts';
import { PostgresCommittedProfiles } from '../../services/segmentation/src/adapters/postgres-committed-profiles.ts';
import { compiledOf } from '../../services/segmentation/src/domain/compile.ts';
import { decide } from '../../services/segmentation/src/domain/decide.ts';
import {
  type Definitions,
  encodeDefinitions,
  NO_DEFINITIONS,
  withDefinition,
} from '../../services/segmentation/src/domain/definitions.ts';
import { foldEvent, foldProfile, type Folded } from '../../services/segmentation/src/domain/fold.ts';
import { newProfile, type ProfileState } from '../../services/segmentation/src/domain/profile-state.ts';
import { encodeProfile } from '../../services/segmentation/src/domain/profile-state-codec.ts';
import { A_DEFINITION, A_PROFILE, AN_EVENT } from '../../services/segmentation/src/testing/records.ts';
import { type RangeVerified, VerifyMemberships } from '../../services/segmentation/src/use-cases/verify-memberships.ts';
import { recordOf } from '../../services/segmentation/src/testing/record-of.ts';
import { type StoredPerson, storePeople } from './segment-people.ts';

const PARTITIONS = 2;
const PEOPLE = 60;
const SEGMENTS = 24;
const MOMENT_MS = Date.UTC(2028, 6, 1);
const TOPIC = 'the-topic';
/** The stage has folded this many records of each partition's topic of events. */
const FOLDED = 10;

vi.setConfig({ testTimeout: 60_000 });
const never = new AbortController().signal;
const partition = (id: string) => partitionOf(id, PARTITIONS);

let stores: StoresFor<'clickhouse' | 'postgres'>;
let client: ReturnType<typeof clickHouseClient>;
let pool: pg.Pool;
let recorded: ClickHouseRecordedProfiles;
let verify: VerifyMemberships;
let definitions: Definitions;
let states: ReadonlyMap<string, ProfileState>;

/** Conditions of random cases that the stream evaluates and that ask for no other segment, nor for a list. */
function definitionsOf(cases: readonly RandomCase[]): Definitions {
  return cases
    .filter(
      ({ condition, segments }) =>
        segments.size === 0 && !JSON.stringify(condition).includes('"list"') && notEvaluated(condition).length === 0,
    )
    .slice(0, SEGMENTS)
    .reduce((before, { seed, condition }, index) => {
      const named = { ...A_DEFINITION, segment: `s${seed}`, name: '', version: 1, number: index + 1, decided_at: 0 };
      return withDefinition(before, { ...named, definition: JSON.stringify(condition) });
    }, NO_DEFINITIONS);
}

function folded(result: Folded): ProfileState {
  if (result.kind === 'fault') throw new Error(result.message);
  return result.state;
}

/** The state of a person, whoever the events were recorded for. */
function stateOf({ id, facts, sides }: StoredPerson): ProfileState {
  const compiled = compiledOf(definitions, UTC);
  const traits = { traits: facts.traits.text, traits_since: JSON.stringify(Object.fromEntries(facts.sinceMs)) };
  let state = folded(foldProfile(newProfile(id), { ...A_PROFILE, profile_id: id, version: 2, ...traits }, compiled));
  for (const event of sides.flatMap(({ events }) => events))
    state = folded(foldEvent(state, recordOf(id, event), MOMENT_MS, compiled));
  return decided(state);
}

function decided(state: ProfileState): ProfileState {
  return decide(state, { kind: 'definition' }, { momentMs: MOMENT_MS, nowMs: MOMENT_MS }, compiledOf(definitions, UTC))
    .state;
}

async function writeState(state: ProfileState, protocol: string | null = null): Promise<void> {
  const { profile_id } = state;
  await pool.query(
    `INSERT INTO state (partition, key, body, protocol) VALUES ($1, $2, $3, $4)
      ON CONFLICT (partition, key) DO UPDATE SET body = excluded.body, protocol = excluded.protocol`,
    [partition(profile_id), profile_id, encodeProfile(state), protocol],
  );
}

async function listMembers({ profile_id, memberships }: ProfileState): Promise<void> {
  for (const [segment, { segment_version, since_ms }] of memberships) {
    await pool.query(
      'INSERT INTO member (segment, profile_id, partition, segment_version, since_ms) VALUES ($1, $2, $3, $4, $5)',
      [...[segment, profile_id, partition(profile_id), segment_version, since_ms]],
    );
  }
}

async function writeCheckpoints(more: object = {}): Promise<void> {
  const offsets = { 'events.identified': FOLDED };
  const body = {
    incarnation: 'i',
    offsets,
    received: {},
    sent: {},
    sweep_after: null,
    ...Object.fromEntries([['moment_ms', MOMENT_MS]]),
    ...more,
  };
  for (let p = 0; p < PARTITIONS; p += 1) {
    await pool.query(
      `INSERT INTO checkpoint (partition, epoch, revision, body) VALUES ($1, 1, 1, $2)
        ON CONFLICT (partition) DO UPDATE SET body = excluded.body`,
      [p, JSON.stringify(body)],
    );
  }
}

/** An order as the loader writes it, read from Kafka at an offset. */
async function writeOrder(profile_id: string, offset: number): Promise<void> {
  const order = {
    ...AN_EVENT,
    profile_id,
    event: 'Order Completed',
    message_id: `o${offset}`,
    timestamp: MOMENT_MS - 1,
    received_at: MOMENT_MS,
  };
  const place = { topic_id: TOPIC, topic_partition: partition(profile_id), topic_offset: offset };
  await new ClickHouseSink(client).insert('event_rows', [{ ...eventRow(order), ...place }], randomUUID());
}

async function verified(segment: string | null = null): Promise<readonly RangeVerified[]> {
  return Promise.all(Array.from({ length: PARTITIONS }, (_, p) => verify.range(p, '', segment, never)));
}

const differences = async (segment?: string) => (await verified(segment)).flatMap((one) => one.differences);

/** Somebody in partition 0 who is in a segment because of events. */
function member(): { readonly state: ProfileState; readonly segment: string } {
  const ofAll = decided(newProfile('p_new')).memberships;
  for (const state of states.values()) {
    const segment = [...state.memberships.keys()].find((key) => {
      const { condition } = definitions.segments.get(key) ?? {};
      return !ofAll.has(key) && !/"trait"|"randomBucket"/.test(JSON.stringify(condition));
    });
    if (segment !== undefined && partition(state.profile_id) === 0) return { state, segment };
  }
  throw new Error('nobody is in a segment');
}

beforeAll(async () => {
  stores = await openStores('clickhouse', 'postgres');
  await migrateClickHouse(stores.clickhouse);
  await migratePostgres(stores.postgresUrl, ['segmentation']);
  const { url, user, password, readonlyUser, readonlyPassword } = stores.clickhouse;
  client = clickHouseClient({ clickhouseUrl: url, clickhouseUser: user, clickhouseLogin: password });
  pool = new pg.Pool({ connectionString: stores.postgresUrl, options: '-c search_path=segmentation', max: 4 });
  recorded = new ClickHouseRecordedProfiles({
    ...{
      clickhouseUrl: url,
      clickhouseReadonlyUser: readonlyUser,
      clickhouseReadonlyLogin: readonlyPassword,
      zone: UTC,
    },
  });
  verify = new VerifyMemberships({
    committed: new PostgresCommittedProfiles(pool, UTC),
    recorded,
    again: 1,
    againAfterMs: 1,
  });
  const cases = Array.from({ length: 200 }, (_, seed) => randomCase(seed));
  definitions = definitionsOf(cases);
  const people = cases
    .slice(0, PEOPLE)
    .map(({ seed, facts, sides }): StoredPerson => ({ id: `p_${seed}`, facts, sides }));
  await storePeople(client, people);
  states = new Map(people.map((person) => [person.id, stateOf(person)]));
  // Loaded to the position and beyond: what comes after it does not count.
  for (const id of people.map((person) => person.id)) await writeOrder(id, FOLDED + Number(id.slice(2)));
}, 120_000);

beforeEach(async () => {
  await pool.query('TRUNCATE checkpoint, state, member');
  await writeCheckpoints();
  for (let p = 0; p < PARTITIONS; p += 1)
    await pool.query(`INSERT INTO state (partition, key, body) VALUES ($1, '', $2)`, [
      p,
      encodeDefinitions(definitions),
    ]);
  for (const state of states.values()) {
    await writeState(state);
    await listMembers(state);
  }
});

afterAll(async () => {
  await recorded?.stop();
  await pool?.end();
  await client?.close();
  await stores?.close();
});

describe('verification', () => {
  it('finds no difference where there is none, for every form of condition', async () => {
    const all = await verified();
    expect(all.flatMap((one) => one.differences)).toEqual([]);
    expect(all.flatMap((one) => [...one.undecided])).toEqual([]);
    expect(all.reduce((sum, { checked }) => sum + checked, 0)).toBe(PEOPLE);
    const members = [...states.values()].reduce((sum, { memberships }) => sum + memberships.size, 0);
    expect(members).toBeGreaterThan((PEOPLE * SEGMENTS) / 5);
  });

  it('names a member that the list has lost', async () => {
    const { state, segment } = member();
    await pool.query('DELETE FROM member WHERE segment = $1 AND profile_id = $2', [segment, state.profile_id]);
    expect(await differences(segment)).toEqual([
      { segment, profile_id: state.profile_id, published: null, state: true, history: true },
    ]);
  });

  it('names a member whom nobody knows', async () => {
    const { segment } = member();
    await pool.query('INSERT INTO member VALUES ($1, $2, 0, 1, 1)', [segment, 'p_nobody']);
    expect(await differences(segment)).toEqual([
      { segment, profile_id: 'p_nobody', published: null, state: false, history: false },
    ]);
  });

  it('names a state that has lost its events', async () => {
    const { state, segment } = member();
    await writeState({ ...state, series: new Map() });
    const found = await differences(segment);
    expect(found).toEqual([{ segment, profile_id: state.profile_id, published: true, state: false, history: true }]);
  });

  it('names a profile that the stage has lost', async () => {
    const { state, segment } = member();
    await pool.query('DELETE FROM state WHERE key = $1', [state.profile_id]);
    await pool.query('DELETE FROM member WHERE profile_id = $1', [state.profile_id]);
    expect(await differences(segment)).toEqual([
      { segment, profile_id: state.profile_id, published: false, state: false, history: true },
    ]);
  });

  it('names what ClickHouse has and the stage never took', async () => {
    const lost = { ...newProfile('p_lost'), evaluated: true };
    const segment = [...definitions.segments].find(
      ([, { condition }]) =>
        condition !== null && 'did' in condition && condition.did === 'Order Completed' && !('where' in condition),
    )?.[0];
    await writeState(decided(lost));
    await listMembers(decided(lost));
    expect(await differences(segment)).toEqual([]);
    for (let order = 0; order < 3; order += 1) await writeOrder('p_lost', order);
    const found = await differences(segment);
    await client.command({ query: `DELETE FROM hilo.event_rows WHERE profile_id = 'p_lost'` });
    expect(found.length).toBeGreaterThan(0);
    for (const one of found)
      expect(one).toMatchObject({ profile_id: 'p_lost', published: one.state, history: !one.state });
  });

  it.each([
    ['a handover', 'handover', '{"awaiting":{"m1":1}}'],
    ['its dead letters', 'held', '{"held":{"letters":1,"since_ms":1}}'],
  ])('leaves a profile that waits for %s undecided', async (_, reason, protocol) => {
    const { state, segment } = member();
    await writeState({ ...state, series: new Map() }, protocol);
    const all = await verified(segment);
    expect(all.flatMap((one) => one.differences)).toEqual([]);
    expect(all.flatMap((one) => [...one.undecided])).toEqual([[reason, 1]]);
  });

  it('leaves a profile undecided whose traits ClickHouse knows better, or that is due', async () => {
    const [one, other] = [...states.values()] as [ProfileState, ProfileState];
    await writeState({ ...one, profileVersion: 1 });
    await writeState({ ...other, due_ms: MOMENT_MS });
    const undecided = (await verified(member().segment)).flatMap((range) => [...range.undecided]);
    expect(new Map(undecided)).toEqual(
      new Map([
        ['changed_since', 1],
        ['due', 1],
      ]),
    );
  });

  it('leaves all undecided while ClickHouse is behind', async () => {
    await writeCheckpoints({ offsets: { 'events.identified': FOLDED + 1_000 } });
    const all = await verified();
    expect(all.flatMap((one) => [...one.undecided.keys()])).toEqual(['history_behind', 'history_behind']);
    expect(all.map(({ checked }) => checked)).toEqual([0, 0]);
  });

  it('does not compare with ClickHouse where earlier events were not counted', async () => {
    const { segment } = member();
    const later = {
      ...definitions,
      counting_since_ms: new Map([...definitions.counting_since_ms.keys()].map((id) => [id, MOMENT_MS * 2])),
    };
    await pool.query(`UPDATE state SET body = $1 WHERE key = ''`, [encodeDefinitions(later)]);
    const all = await verified(segment);
    expect(all.map(({ countedSince }) => [...countedSince])).toEqual([[segment], [segment]]);
    expect(all.flatMap((one) => one.differences).filter(({ history }) => history !== null)).toEqual([]);
  });
});
