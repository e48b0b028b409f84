import type { MembershipChanged, SegmentDefined } from '@hilo/schemas';
import { partitionOf, StageDriver } from '@hilo/streaming';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Condition } from '../domain/condition.ts';
import { UTC } from '../domain/zone.ts';
import { MemberTables } from '../oracle/member-tables.ts';
import { A_MERGE, A_PROFILE, AN_EVENT } from '../oracle/records.ts';
import { TOPOLOGY } from '../topology.ts';
import { decideMembership } from './decide-membership.ts';

const START_MS = Date.UTC(2026, 5, 1);
const MINUTE_MS = 60_000;
const PARTITIONS = 4;
const TWICE: Condition = { did: 'Bought', count: { gte: 2 }, within: '10m' };

/** Two profile ids whose partitions differ, so that a merge crosses them. */
const [ALICE, BOB] = ['p_alice', 'p_bob', 'p_carol']
  .sort((a, b) => partitionOf(a, PARTITIONS) - partitionOf(b, PARTITIONS))
  .filter((_, index) => index !== 1) as [string, string];

let driver: StageDriver<never, never, never, never>;
let sent: number;
let tables: MemberTables;

function start(): StageDriver<never, never, never, never> {
  return new StageDriver({
    topology: TOPOLOGY,
    logic: decideMembership(UTC),
    start_ms: START_MS,
    partitions: PARTITIONS,
    tables,
  }) as unknown as StageDriver<never, never, never, never>;
}

function pipe(topic: string, key: string, value: object, partition?: number): void {
  (driver.pipe as (topic: string, key: string, value: object, partition?: number) => void)(
    topic,
    key,
    value,
    partition,
  );
}

function now_ms(): number {
  return driver.clock.now_ms();
}

/** Saves a definition and lets the stage read it: topics have no order among each other. */
async function define(segment: string, version: number, condition: Condition | null): Promise<void> {
  const definition = condition === null ? null : JSON.stringify(condition);
  const value: SegmentDefined = { segment, version, name: segment, definition, decided_at: now_ms() };
  for (let partition = 0; partition < PARTITIONS; partition += 1)
    pipe('segments.definitions', segment, value, partition);
  await driver.run();
}

function event(profile_id: string, name: string, more: object = {}): void {
  sent += 1;
  pipe('events.identified', profile_id, {
    ...AN_EVENT,
    profile_id,
    event: name,
    message_id: `m${sent}`,
    timestamp: now_ms(),
    received_at: now_ms(),
    ...more,
  });
}

function profile(profile_id: string, version: number, traits: object, more: object = {}): void {
  const identifiers = [{ type: 'user_id', value: profile_id }];
  pipe('profiles.changed', profile_id, {
    ...A_PROFILE,
    profile_id,
    version,
    identifiers,
    traits: JSON.stringify(traits),
    message_id: `t${version}`,
    event_time: now_ms(),
    ...more,
  });
}

/** What was told, each change once: after a crash the last ones are sent again. */
function told(): readonly MembershipChanged[] {
  const records = driver.outputs('segments.membership').map(({ value }) => value as MembershipChanged);
  return [...new Map(records.map((record) => [`${record.profile_id} ${record.version}`, record])).values()];
}

function toldOf(profile_id: string): readonly MembershipChanged[] {
  return told().filter((record) => record.profile_id === profile_id);
}

function brief(): readonly string[] {
  return told().map(
    ({ profile_id, status, segment, segment_version, reason }) =>
      `${profile_id} ${status} ${segment} v${segment_version} by ${reason}`,
  );
}

beforeEach(() => {
  tables = new MemberTables();
  driver = start();
  sent = 0;
});

function inhabited(members: ReadonlyMap<string, ReadonlySet<string>>): object {
  return Object.fromEntries([...members].filter(([, profiles]) => profiles.size > 0));
}

/** Whatever happens, the mirror says what was told. */
afterEach(() => {
  const members = new Map<string, Set<string>>();
  for (const { segment, profile_id, status } of told()) {
    const profiles = members.get(segment) ?? new Set();
    members.set(segment, profiles);
    if (status === 'entered') profiles.add(profile_id);
    else profiles.delete(profile_id);
  }
  expect(inhabited(tables.members)).toEqual(inhabited(members));
  for (const [segment, count] of tables.counts) expect(count).toBe(members.get(segment)?.size);
});

describe('the segmentation stage', () => {
  it('lets a profile in by its second event, and out when the first of them leaves the window', async () => {
    await define('twice', 1, TWICE);
    event(ALICE, 'Bought', { linked: [{ type: 'user_id', value: 'alice' }] });
    await driver.advance(4 * MINUTE_MS);
    event(ALICE, 'Bought');
    await driver.run();
    expect(told()).toEqual([
      {
        segment: 'twice',
        segment_version: 1,
        profile_id: ALICE,
        version: 1,
        status: 'entered',
        reason: 'event',
        message_id: 'm2',
        event_time: START_MS + 4 * MINUTE_MS,
        decided_at: START_MS + 4 * MINUTE_MS,
        identifiers: [{ type: 'user_id', value: 'alice' }],
        traits: '{}',
      },
    ]);
    await driver.advance(6 * MINUTE_MS - 1);
    expect(told()).toHaveLength(1);
    await driver.advance(1);
    expect(told()[1]).toMatchObject({
      version: 2,
      status: 'exited',
      reason: 'time',
      message_id: null,
      event_time: START_MS + 10 * MINUTE_MS,
    });
  });

  it('writes nothing for events that no definition asks for', async () => {
    await define('twice', 1, TWICE);
    event(ALICE, 'Bought', { linked: [{ type: 'user_id', value: 'alice' }] });
    await driver.run();
    const before = driver.journal.length;
    event(ALICE, 'Seen');
    event(ALICE, 'Bought', { type: 'page' });
    event(ALICE, 'Bought', { timestamp: now_ms() - 10 * MINUTE_MS });
    await driver.run();
    expect(driver.journal.slice(before).map((entry) => (entry.kind === 'commit' ? entry.writes : entry.kind))).toEqual([
      [],
    ]);
    expect(told()).toEqual([]);
  });

  it('journals one commit with states and members, and only then the send', async () => {
    await define('anybody', 1, { trait: 'name', is: { exists: true } });
    await driver.run();
    const before = driver.journal.length;
    profile(ALICE, 1, { name: 'Alice' });
    await driver.run();
    const entries = driver.journal.slice(before);
    expect(entries.map(({ kind }) => kind)).toEqual(['commit', 'send']);
    expect(entries[0]).toMatchObject({
      writes: expect.arrayContaining(['segmentation_write_members', 'segmentation_add_member_counts']),
    });
    expect(entries[1]).toEqual({ kind: 'send', topics: ['segments.membership'] });
  });

  it('counts a late event in the window that still contains it', async () => {
    await define('twice', 1, TWICE);
    event(ALICE, 'Bought');
    event(ALICE, 'Bought', { timestamp: START_MS - 9 * MINUTE_MS });
    await driver.run();
    await driver.advance(MINUTE_MS);
    expect(told().map(({ status, event_time }) => [status, event_time])).toEqual([
      ['entered', START_MS - 9 * MINUTE_MS],
      ['exited', START_MS + MINUTE_MS],
    ]);
  });

  it('takes in by trait, and out by trait, with the record that did it', async () => {
    await define('gold', 1, { trait: 'plan', is: { eq: 'gold' } });
    profile(ALICE, 1, { plan: 'gold' });
    profile(ALICE, 2, { plan: 'silver' });
    profile(ALICE, 2, { plan: 'gold' });
    await driver.run();
    expect(told()).toMatchObject([
      { status: 'entered', reason: 'trait', message_id: 't1', traits: '{"plan":"gold"}' },
      { status: 'exited', reason: 'trait', message_id: 't2', traits: '{"plan":"silver"}' },
    ]);
  });

  it('visits everybody when a definition is made, changed and deleted', async () => {
    profile(ALICE, 1, { plan: 'gold' });
    profile(BOB, 1, { plan: 'silver' });
    await driver.run();
    await define('plan', 1, { trait: 'plan', is: { eq: 'gold' } });
    await driver.run();
    await define('plan', 2, { trait: 'plan', is: { eq: 'silver' } });
    await driver.run();
    await define('plan', 1, { trait: 'plan', is: { exists: true } });
    await driver.run();
    await define('plan', 3, null);
    await driver.run();
    expect([...brief()].sort()).toEqual(
      [
        `${ALICE} entered plan v1 by definition`,
        `${ALICE} exited plan v2 by definition`,
        `${BOB} entered plan v2 by definition`,
        `${BOB} exited plan v3 by definition`,
      ].sort(),
    );
  });

  it('keeps counts when an unrelated part of a definition changes', async () => {
    await define('a', 1, TWICE);
    event(ALICE, 'Bought');
    await driver.run();
    await define('a', 2, { all: [TWICE, { not: { trait: 'blocked', is: { eq: true } } }] });
    await driver.run();
    event(ALICE, 'Bought');
    await driver.run();
    expect(brief()).toEqual([`${ALICE} entered a v2 by event`]);
  });

  it('starts to count with a definition that was deleted and made again', async () => {
    await define('a', 1, TWICE);
    event(ALICE, 'Bought');
    await driver.run();
    await define('a', 2, null);
    await driver.advance(1);
    await define('a', 3, TWICE);
    event(ALICE, 'Bought');
    await driver.run();
    expect(brief()).toEqual([]);
    event(ALICE, 'Bought');
    await driver.run();
    expect(brief()).toEqual([`${ALICE} entered a v3 by event`]);
  });

  it('adds up the events of merged profiles, without a word before the hand-over is in', async () => {
    await define('twice', 1, TWICE);
    await define('never', 1, { not: { did: 'Bought', within: '10m' } });
    await driver.run();
    event(ALICE, 'Bought', { linked: [{ type: 'anonymous_id', value: 'a1' }] });
    event(BOB, 'Seen', { linked: [{ type: 'user_id', value: 'bob' }] });
    await driver.run();
    expect(brief()).toEqual([`${BOB} entered never v1 by event`]);
    event(BOB, 'Bought', { absorbed: [{ merge_id: 'x1', profile_id: ALICE }] });
    await driver.run();
    expect(told()).toHaveLength(1);
    pipe('identity.merges', ALICE, { ...A_MERGE, merge_id: 'x1', absorbed: ALICE, survivor: BOB });
    await driver.run();
    expect([...brief().slice(1)].sort()).toEqual([
      `${BOB} entered twice v1 by merge`,
      `${BOB} exited never v1 by merge`,
    ]);
    expect(toldOf(BOB).at(-1)?.identifiers).toEqual([
      { type: 'anonymous_id', value: 'a1' },
      { type: 'user_id', value: 'bob' },
    ]);
  });

  it('says farewell for the absorbed, and counts what arrives for it late', async () => {
    await define('seen', 1, { did: 'Seen' });
    await define('thrice', 1, { did: 'Seen', count: { gte: 3 } });
    await driver.run();
    event(ALICE, 'Seen');
    event(BOB, 'Seen');
    await driver.run();
    event(BOB, 'Other', { absorbed: [{ merge_id: 'x1', profile_id: ALICE }] });
    pipe('identity.merges', ALICE, {
      ...A_MERGE,
      merge_id: 'x1',
      absorbed: ALICE,
      survivor: BOB,
      message_id: 'm3',
      event_time: 7,
    });
    await driver.run();
    expect(toldOf(ALICE).at(-1)).toMatchObject({
      profile_id: ALICE,
      segment: 'seen',
      status: 'exited',
      reason: 'merge',
      version: 2,
      message_id: 'm3',
      event_time: 7,
    });
    event(ALICE, 'Seen');
    profile(ALICE, 9, { name: 'late' });
    await driver.run();
    expect(toldOf(BOB).at(-1)).toMatchObject({
      profile_id: BOB,
      segment: 'thrice',
      status: 'entered',
      reason: 'event',
      traits: '{}',
    });
  });

  it('goes on after a crash as if there had been none', async () => {
    await define('twice', 1, TWICE);
    event(ALICE, 'Bought');
    await driver.run();
    driver.crash();
    await driver.advance(MINUTE_MS);
    event(ALICE, 'Bought');
    await driver.run();
    driver.crash();
    await driver.advance(20 * MINUTE_MS);
    expect(told().map(({ status, reason, version }) => [status, reason, version])).toEqual([
      ['entered', 'event', 1],
      ['exited', 'time', 2],
    ]);
  });

  it('sets aside what it cannot read, and only where a definition asks for it', async () => {
    await define('big', 1, { did: 'Bought', where: [{ property: 'revenue', is: { gt: 100 } }] });
    await driver.run();
    event(ALICE, 'Seen', { properties: '{"broken' });
    event(ALICE, 'Bought', { properties: '{"broken' });
    event(ALICE, 'Bought', { properties: '{"revenue":101}' });
    profile(ALICE, 1, {}, { traits: '7' });
    await driver.run();
    expect(driver.outputs(TOPOLOGY.deadLetter)).toHaveLength(2);
    expect(brief()).toEqual([`${ALICE} entered big v1 by event`]);
  });

  it('blames time and not the event where a change was due before', async () => {
    await define('lately', 1, { did: 'Bought', within: '10m' });
    await define('once', 1, { did: 'Bought', count: { eq: 1 } });
    event(ALICE, 'Bought');
    await driver.run();
    expect(brief()).toHaveLength(2);
    // The clock turns and an event arrives before the stage has run: the wake is late.
    driver.clock.turn(10 * MINUTE_MS + 500);
    event(ALICE, 'Bought', { timestamp: START_MS });
    await driver.run();
    expect([...brief().slice(2)].sort()).toEqual([
      `${ALICE} exited lately v1 by time`,
      `${ALICE} exited once v1 by event`,
    ]);
    expect(told().find(({ reason }) => reason === 'time')?.event_time).toBe(START_MS + 10 * MINUTE_MS);
  });
});
