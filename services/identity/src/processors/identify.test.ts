import type { EventAccepted, EventIdentified, ProfilesMerged } from '@hilo/schemas';
import { outlineOf, StageDriver } from '@hilo/streaming/testing';
import { expect, test } from 'vitest';
import { eventOf } from '../testing/events.ts';
import { MemoryIdentityTables } from '../testing/memory-identity-tables.ts';
import { identityStage } from '../stage.ts';
import type { Decision } from './identify.ts';

const NOW_MS = 1_700_000_000_000;

/** A stage with its tables in memory, and a function that feeds it an event. */
function startStage() {
  const counts = { created: 0, merges: 0 };
  const decided = (decisions: readonly Decision[]) => {
    counts.created += decisions.filter(({ created }) => created).length;
    for (const { resolution } of decisions) counts.merges += resolution.merges.length;
  };
  const driver = new StageDriver({
    ...identityStage({ metrics: { decided } }),
    startMs: NOW_MS,
    tables: new MemoryIdentityTables(),
  });
  let sent = 0;
  const send = (fields: Partial<EventAccepted>): void => {
    sent += 1;
    const event = eventOf({ message_id: `m${sent}`, received_at: NOW_MS + sent, ...fields });
    // One partition, so that they are read in this order.
    driver.pipe('events.accepted', event.anonymous_id ?? event.user_id ?? '', event, 0);
  };
  const outputs = <T>(topic: string) => driver.outputs(topic) as readonly { key: string; value: T }[];
  return {
    driver,
    send,
    counts,
    identified: () =>
      outputs<EventIdentified>('events.identified').toSorted((a, b) =>
        a.value.message_id < b.value.message_id ? -1 : 1,
      ),
    merges: () => outputs<ProfilesMerged>('identity.merges'),
  };
}

test('a visitor who logs in: one profile, the merge announced to both partitions, one commit for all of it', async () => {
  const { driver, send, identified, merges, counts } = startStage();
  send({ anonymous_id: 'a1' });
  await driver.run();
  send({ user_id: 'u1' });
  await driver.run();
  driver.journal.length = 0;
  send({ user_id: 'u1', anonymous_id: 'a1', timestamp: 77, properties: '{"total":1}' });
  await driver.run();

  const [anonymous, user, login] = identified();
  const [merge] = merges();
  expect(counts).toEqual({ created: 2, merges: 1 });
  expect(login?.key).toBe(user?.value.profile_id);
  expect(login?.value).toMatchObject({
    message_id: 'm3',
    properties: '{"total":1}',
    identifiers: [
      { type: 'user_id', value: 'u1' },
      { type: 'anonymous_id', value: 'a1' },
    ],
    linked: [],
    set_aside: [],
    absorbed: [{ merge_id: merge?.value.merge_id, profile_id: anonymous?.value.profile_id }],
  });
  expect(merge).toMatchObject({
    key: anonymous?.value.profile_id,
    value: {
      absorbed: anonymous?.value.profile_id,
      survivor: user?.value.profile_id,
      also_absorbed: [],
      version: 1,
      identifiers: [{ type: 'anonymous_id', value: 'a1' }],
      source: 'web',
      message_id: 'm3',
      rule: 'same_event',
      event_time: 77,
      decided_at: NOW_MS,
    },
  });
  const [commit] = outlineOf(driver.journal);
  expect(commit).toMatchObject({
    kind: 'commit',
    writes: ['identity-update-profiles', 'identity-move-links', 'identity-insert-merges'],
  });
});

test('an event of a known identifier writes nothing but the checkpoint', async () => {
  const { driver, send, identified } = startStage();
  send({ user_id: 'u1' });
  await driver.run();
  driver.journal.length = 0;
  send({ user_id: 'u1' });
  await driver.run();
  expect(outlineOf(driver.journal)[0]).toMatchObject({ kind: 'commit', writes: [] });
  expect(identified()[1]?.key).toBe(identified()[0]?.key);
});

const HISTORY: readonly Partial<EventAccepted>[] = [
  { anonymous_id: 'a1' },
  { anonymous_id: 'a1', type: 'identify', traits: '{"email":"a@b.cd"}' },
  { user_id: 'u1' },
  { anonymous_id: 'a2' },
  { anonymous_id: 'a2', context: '{"traits":{"email":"a@b.cd"}}' },
  { anonymous_id: 'a1', user_id: 'u1' },
  { anonymous_id: 'a2' },
];

test('profiles created, extended and absorbed within one batch come out as they do one event at a time', async () => {
  const together = startStage();
  HISTORY.forEach(together.send);
  await together.driver.run();
  const alone = startStage();
  for (const fields of HISTORY) {
    alone.send(fields);
    await alone.driver.run();
  }
  expect(together.driver.journal.filter(({ kind }) => kind === 'commit')).toHaveLength(1);
  expect(together.identified()).toEqual(alone.identified());
  expect(together.merges().map(({ value }) => value)).toEqual(alone.merges().map(({ value }) => value));
  const [first, , user] = together.identified().map(({ key }) => key);
  expect(together.merges().map(({ value }) => [value.survivor, value.version, value.also_absorbed.length])).toEqual([
    [first, 1, 0],
    [user, 2, 1],
  ]);
});

test.each([
  ['no_identifier', { user_id: 'null', anonymous_id: '0' }],
  ['malformed_text', { user_id: 'u1', message_id: 'a\0b' }],
] as const)('%s: the event goes to the dead letter, the next one goes on', async (reason, fields) => {
  const { driver, send, identified } = startStage();
  send({ ...fields });
  send({ user_id: 'u2' });
  await driver.run();
  expect(driver.outputs('identity.dead-letter')).toHaveLength(1);
  expect(JSON.stringify(driver.headers('identity.dead-letter'))).toContain(reason);
  expect(identified()).toHaveLength(1);
});
