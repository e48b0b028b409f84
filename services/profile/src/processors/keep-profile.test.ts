import type { ProfileChanged } from '@hilo/schemas';
import { outlineOf, StageDriver } from '@hilo/streaming/testing';
import { expect, test } from 'vitest';
import { identifiedOf, membershipOf, mergeOf } from '../testing/events.ts';
import { MemoryProfileTables } from '../testing/memory-profile-tables.ts';
import { PROFILE_CODEC } from '../domain/profile-codec.ts';
import { profileStage } from '../stage.ts';

const NOW_MS = 1_700_000_000_000;
const PARTITIONS = 4;

function startStage() {
  const tables = new MemoryProfileTables();
  const driver = new StageDriver({
    ...profileStage(),
    startMs: NOW_MS,
    partitions: PARTITIONS,
    tables,
  });
  let sent = 0;
  const identify = (profile_id: string, fields: Parameters<typeof identifiedOf>[0]): void => {
    sent += 1;
    driver.pipe('events.identified', profile_id, identifiedOf({ profile_id, message_id: `m${sent}`, ...fields }));
  };
  const changed = (profile_id: string): readonly ProfileChanged[] =>
    driver
      .outputs('profiles.changed')
      .filter(({ key }) => key === profile_id)
      .map(({ value }) => value as ProfileChanged);
  return { driver, tables, identify, changed };
}

const USER = { type: 'user_id', value: 'u1' };
const DEVICE = { type: 'anonymous_id', value: 'a1' };

test('identify sets traits: the record says what is, and what changed by which event', async () => {
  const { driver, identify, changed, tables } = startStage();
  identify('p_a', { linked: [USER], traits: '{"city":"Madrid","plan":"free"}', timestamp: 10 });
  identify('p_a', { traits: '{"plan":"pro","city":"Madrid"}', source: 'app', timestamp: 20 });
  await driver.run();
  expect(changed('p_a')).toEqual([
    expect.objectContaining({ version: 1, status: 'live', traits: '{"city":"Madrid","plan":"free"}' }),
    {
      profile_id: 'p_a',
      version: 2,
      status: 'live',
      survivor: null,
      traits: '{"city":"Madrid","plan":"pro"}',
      traits_since: '{"city":10,"plan":20}',
      identifiers: [USER],
      changes: [{ trait: 'plan', value: '"pro"', previous: '"free"', source: 'app', message_id: 'm2', event_time: 20 }],
      reason: 'event',
      message_id: 'm2',
      event_time: 20,
      decided_at: NOW_MS,
      historical: false,
    },
  ]);
  expect(tables.identifiers).toEqual(new Map([['user_id:u1', 'p_a']]));
});

test('a value that comes back after another one is held anew, which the records say, as they say it of a removal', async () => {
  const { driver, identify, changed } = startStage();
  identify('p_a', { traits: '{"plan":"pro"}', timestamp: 10 });
  identify('p_a', { traits: '{"plan":"free"}', timestamp: 20 });
  identify('p_a', { traits: '{"plan":"pro"}', timestamp: 30 });
  identify('p_a', { traits: '{"plan":"pro"}', timestamp: 40 });
  identify('p_a', { traits: '{"plan":null}', timestamp: 50 });
  await driver.run();
  expect(changed('p_a').map(({ traits_since }) => traits_since)).toEqual(
    [10, 20, 30, 50].map((since) => `{"plan":${since}}`),
  );
});

test('a merge publishes since when the winner has had its value, though the value is the same', async () => {
  const { driver, identify, changed } = startStage();
  identify('p_a', { traits: '{"plan":"pro"}', timestamp: 10 });
  identify('p_b', { traits: '{"plan":"pro"}', timestamp: 20 });
  await driver.run();
  const absorbed = [{ merge_id: 'm_ab', profile_id: 'p_b' }];
  identify('p_a', { absorbed, traits: null, timestamp: 30 });
  driver.pipe('identity.merges', 'p_b', mergeOf({ merge_id: 'm_ab' }));
  await driver.run();
  expect(changed('p_a').at(-1)).toMatchObject({ traits_since: '{"plan":20}', changes: [], reason: 'merge' });
});

test('a change by a historical event is historical', async () => {
  const { driver, identify, changed } = startStage();
  identify('p_a', { traits: '{"plan":"free"}', historical: true });
  await driver.run();
  identify('p_a', { traits: '{"plan":"pro"}' });
  await driver.run();
  expect(changed('p_a').map(({ historical }) => historical)).toEqual([true, false]);
});

test('an event without traits and without new identifiers writes nothing but the checkpoint', async () => {
  const { driver, identify, changed } = startStage();
  identify('p_a', { linked: [USER] });
  await driver.run();
  driver.journal.length = 0;
  identify('p_a', { type: 'track', event: 'Order Completed', properties: '{"total":1}' });
  identify('p_a', { type: 'group', group_id: 'g', traits: '{"name":"Acme"}' });
  identify('p_a', { traits: '{}' });
  await driver.run();
  expect(driver.journal.filter(({ kind }) => kind !== 'commit')).toEqual([]);
  expect(outlineOf(driver.journal).flatMap((entry) => (entry.kind === 'commit' ? entry.writes : []))).toEqual([]);
  expect(changed('p_a')).toHaveLength(1);
});

test('a merge: the absorbed profile says farewell, the survivor publishes once it has all, late events find it', async () => {
  const { driver, identify, changed, tables } = startStage();
  identify('p_a', { linked: [USER], traits: '{"city":"Madrid","plan":"free"}', timestamp: 10 });
  identify('p_b', { linked: [DEVICE], traits: '{"plan":"pro","size":44}', timestamp: 20 });
  await driver.run();
  identify('p_a', { absorbed: [{ merge_id: 'm_ab', profile_id: 'p_b' }], traits: '{"vip":true}', timestamp: 30 });
  await driver.run();
  expect(changed('p_a')).toHaveLength(1);

  driver.pipe('identity.merges', 'p_b', mergeOf({ message_id: 'm3', event_time: 30 }));
  await driver.run();
  expect(changed('p_b').at(-1)).toMatchObject({
    version: 2,
    status: 'merged',
    survivor: 'p_a',
    traits: '{}',
    identifiers: [],
    reason: 'merge',
    message_id: 'm3',
  });
  expect(changed('p_a').at(-1)).toMatchObject({
    version: 2,
    traits: '{"city":"Madrid","plan":"pro","size":44,"vip":true}',
    identifiers: [DEVICE, USER],
    changes: [{ trait: 'plan', previous: '"free"' }, { trait: 'size' }, { trait: 'vip' }],
    reason: 'merge',
  });
  expect(tables.identifiers.get('anonymous_id:a1')).toBe('p_a');
  expect(tables.documents.get('p_b')?.absorbed).toBe(true);

  identify('p_b', { traits: '{"plan":"late","size":45}', timestamp: 15 });
  identify('p_b', { traits: '{"size":46}', timestamp: 40 });
  await driver.run();
  expect(changed('p_b')).toHaveLength(2);
  expect(changed('p_a').at(-1)).toMatchObject({
    version: 3,
    reason: 'event',
    changes: [{ trait: 'size', value: '46' }],
  });
});

test('memberships are kept for the API, by version; those of an absorbed profile do not count for its survivor', async () => {
  const { driver, identify, changed, tables } = startStage();
  const segments = (): unknown => PROFILE_CODEC.decode(Buffer.from(tables.documents.get('p_a')?.body ?? '')).segments;
  identify('p_a', { linked: [USER] });
  driver.pipe('segments.membership', 'p_a', membershipOf({ version: 1 }));
  driver.pipe('segments.membership', 'p_a', membershipOf({ version: 2, segment: 'big' }));
  await driver.run();
  expect(segments()).toEqual(
    new Map([
      ['vip', { segment_version: 1, since_ms: 6_000 }],
      ['big', { segment_version: 1, since_ms: 6_000 }],
    ]),
  );
  driver.pipe('segments.membership', 'p_a', membershipOf({ version: 3, status: 'exited' }));
  driver.pipe('segments.membership', 'p_a', membershipOf({ version: 1 }));
  driver.pipe('identity.merges', 'p_b', mergeOf({}));
  identify('p_a', { type: 'track', absorbed: [{ merge_id: 'm_ab', profile_id: 'p_b' }] });
  await driver.run();
  driver.pipe('segments.membership', 'p_b', membershipOf({ profile_id: 'p_b', version: 9, segment: 'late' }));
  await driver.run();
  expect(segments()).toEqual(new Map([['big', { segment_version: 1, since_ms: 6_000 }]]));
  expect(changed('p_a')).toHaveLength(1);
});

test.each([
  ['malformed_traits', '["x"]'],
  ['malformed_traits', '{"x":'],
  ['trait_name_too_long', JSON.stringify({ ['x'.repeat(300)]: 1 })],
  ['trait_too_large', JSON.stringify({ big: 'x'.repeat(40_000), fits: 1 })],
])('%s goes to the dead letter; the rest of the event is kept', async (reason, traits) => {
  const { driver, identify, changed } = startStage();
  identify('p_a', { linked: [USER], traits });
  await driver.run();
  expect(driver.outputs('profile.dead-letter')).toHaveLength(1);
  expect(JSON.stringify(driver.headers('profile.dead-letter'))).toContain(reason);
  expect(changed('p_a')).toMatchObject([
    { identifiers: [USER], traits: traits.includes('fits') ? '{"fits":1}' : '{}' },
  ]);
});
