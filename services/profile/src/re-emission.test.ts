import { createLogger } from '@hilo/service';
import { kafkaClient, KafkajsTopicWriter, partitionOf } from '@hilo/streaming';
import { createTopics, migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastVersions } from './adapters/kafka-last-versions.ts';
import { storedProfiles } from './adapters/postgres-profile-states.ts';
import { describeCurrent } from './domain/describe-current.ts';
import { PROFILE_CODEC } from './domain/profile-codec.ts';
import { newProfile, type ProfileState } from './domain/profile-state.ts';
import { type CurrentRecord, PASSES_MAX, reEmit } from './re-emission.ts';

const TOPIC = 'profiles.current';
const PARTITIONS = 3;
const NOW_MS = 1_760_000_000_000;
const CAUSE = { source: 'web', message_id: 'm', event_time_ms: 5, receivedMs: 5, position: 0 };

function profile(profile_id: string, version: number, more: Partial<ProfileState> = {}): ProfileState {
  const traits = new Map([['plan', { value: `"${version}"`, cause: CAUSE, since_ms: 4 }]]);
  return { ...newProfile(profile_id), version, traits, ...more };
}

describe('the current record of a profile', () => {
  it('says what its last record said', () => {
    expect(describeCurrent({ state: profile('p_a', 3), survivor: null }, NOW_MS)).toMatchObject({
      ...{
        profile_id: 'p_a',
        version: 3,
        status: 'live',
        survivor: null,
        traits: '{"plan":"3"}',
        traits_since: '{"plan":4}',
      },
      ...{ changes: [], message_id: null, event_time: 5, decided_at: NOW_MS },
    });
  });

  it('of an absorbed profile is its farewell, one version on', () => {
    expect(describeCurrent({ state: profile('p_a', 3), survivor: 'p_b' }, NOW_MS)).toMatchObject({
      ...{ profile_id: 'p_a', version: 4, status: 'merged', survivor: 'p_b', traits: '{}', identifiers: [] },
    });
  });

  it('is none where nothing was published, or the state holds what belongs to the next record', () => {
    expect(describeCurrent({ state: profile('p_a', 0), survivor: null }, NOW_MS)).toBeNull();
    const unpublished = { traits: new Map([['plan', null]]), identifiers: false, since: false };
    expect(describeCurrent({ state: profile('p_a', 2, { unpublished }), survivor: null }, NOW_MS)).toBeNull();
  });
});

describe('re-emission', { timeout: 120_000 }, () => {
  let stores: StoresFor<'kafka' | 'registry' | 'postgres'>;
  let client: pg.Client;
  let kafka: ReturnType<typeof kafkaClient>;
  let writer: KafkajsTopicWriter;

  beforeAll(async () => {
    stores = await openStores('kafka', 'registry', 'postgres');
    await createTopics({ kafkaBrokers: stores.kafkaBrokers, partitions: PARTITIONS });
    await migratePostgres(stores.postgresUrl);
    client = new pg.Client({ connectionString: stores.postgresUrl, options: '-c search_path=profile' });
    await client.connect();
    const logger = createLogger({ name: 'profile', level: 'silent' });
    kafka = kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger });
    writer = new KafkajsTopicWriter({ ...stores, logger, topic: TOPIC, client_id: 'test' });
  }, 180_000);
  afterAll(async () => {
    await writer?.stop();
    await client?.end();
    await stores?.close();
  });

  async function store(state: ProfileState, survivor: string | null = null): Promise<void> {
    const body = PROFILE_CODEC.encode(state);
    const key = state.profile_id;
    const protocol = survivor === null ? null : JSON.stringify({ redirect: { to: survivor, merge_id: 'm' } });
    await client.query(
      `INSERT INTO state (partition, key, body, due_ms, protocol) VALUES ($1, $2, $3, NULL, $4)
       ON CONFLICT (partition, key) DO UPDATE SET body = excluded.body, protocol = excluded.protocol`,
      [partitionOf(key, PARTITIONS), key, survivor === null ? body : null, protocol],
    );
    await client.query(
      `INSERT INTO document (profile_id, body, absorbed) VALUES ($1, $2, $3)
       ON CONFLICT (profile_id) DO UPDATE SET body = excluded.body, absorbed = excluded.absorbed`,
      [key, body.toString('utf8'), survivor !== null],
    );
  }

  const versions = () => lastVersions({ ...stores, kafka, topic: TOPIC });
  const emit = (write: (records: readonly CurrentRecord[]) => Promise<void> = (records) => writer.write(records)) =>
    reEmit({
      profiles: () => storedProfiles(stores.postgresUrl),
      lastVersions: versions,
      write,
      nowMs: () => NOW_MS,
    });

  it('writes what is missing or old, and nothing else; then nothing', async () => {
    for (let n = 0; n < 20; n += 1) await store(profile(`p_${n}`, n + 1));
    await store(profile('p_gone', 4), 'p_1');
    expect(await versions()).toEqual(new Map());
    const written: CurrentRecord[] = [];
    const passes = await emit(async (records) => {
      written.push(...records);
      await writer.write(records);
    });
    expect(passes).toEqual([
      { profiles: 21, emitted: 21 },
      { profiles: 21, emitted: 0 },
    ]);
    expect(written.every(({ key, partition }) => partition === partitionOf(key, PARTITIONS))).toBe(true);
    const expected = new Map(Array.from({ length: 20 }, (_, n) => [`p_${n}`, n + 1]));
    expect(await versions()).toEqual(expected.set('p_gone', 5));
    await store(profile('p_3', 9));
    expect(await emit()).toMatchObject([{ emitted: 1 }, { emitted: 0 }]);
    expect((await versions()).get('p_3')).toBe(9);
  });

  it('mends what it wrote itself behind a newer record of the stage', async () => {
    await store(profile('p_race', 1));
    let isFirst = true;
    const passes = await emit(async (records) => {
      if (isFirst) {
        isFirst = false;
        await store(profile('p_race', 2));
        const state = describeCurrent({ state: profile('p_race', 2), survivor: null }, NOW_MS);
        if (state === null) throw new Error('there is no record');
        await writer.write([{ key: 'p_race', partition: partitionOf('p_race', PARTITIONS), value: state }]);
      }
      await writer.write(records);
    });
    expect(passes.map(({ emitted }) => emitted)).toEqual([1, 1, 0]);
    expect((await versions()).get('p_race')).toBe(2);
  });

  it('gives up where its topic never has what it wrote', async () => {
    await store(profile('p_never', 1));
    expect(await emit(async () => undefined)).toHaveLength(PASSES_MAX);
  });
});
