import type { Condition } from '@hilo/behaviour/version-2';
import type { MembershipChanged } from '@hilo/schemas';
import { outlineOf } from '@hilo/streaming/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALICE, BOB, DrivenStage, START_MS } from '../testing/driven-stage.ts';

const MINUTE_MS = 60_000;
const TWICE: Condition = { did: 'Bought', count: { gte: 2 }, within: '10m' };

let stage: DrivenStage;

beforeEach(() => {
  stage = new DrivenStage();
});

const sorted = (changes: readonly MembershipChanged[]) =>
  changes.map(({ profile_id, version, segment, status }) => [profile_id, version, segment, status].join(' ')).sort();

/** Whatever happens, the mirror says what was published, and each change is counted once. */
afterEach(() => {
  expect(sorted(stage.counted)).toEqual(sorted(stage.changes()));
  const { published, kept, mirrored, counted } = stage.members();
  expect(kept).toEqual(published);
  expect(mirrored).toEqual(published);
  const sizes = Object.entries(published as Record<string, Set<string>>).map(([segment, { size }]) => [segment, size]);
  expect(counted).toEqual(Object.fromEntries(sizes));
});

describe('the segmentation stage', () => {
  it('lets a profile in by its second event, and out when the first of them leaves the window', async () => {
    await stage.define('twice', 1, TWICE);
    stage.event(ALICE, 'Bought', { linked: [{ type: 'user_id', value: 'alice' }] });
    await stage.driver.advance(4 * MINUTE_MS);
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    expect(stage.changes()).toEqual([
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
        told_at: START_MS + 4 * MINUTE_MS,
        identifiers: [{ type: 'user_id', value: 'alice' }],
        traits: '{}',
        unproven: false,
        backfilled: false,
        historical: false,
      },
    ]);
    await stage.driver.advance(6 * MINUTE_MS - 1);
    expect(stage.changes()).toHaveLength(1);
    await stage.driver.advance(1);
    expect(stage.changes()[1]).toMatchObject({
      version: 2,
      status: 'exited',
      reason: 'time',
      message_id: null,
      event_time: START_MS + 10 * MINUTE_MS,
    });
  });

  it('writes nothing for events that no definition asks for', async () => {
    await stage.define('twice', 1, TWICE);
    stage.event(ALICE, 'Bought', { linked: [{ type: 'user_id', value: 'alice' }] });
    await stage.driver.run();
    const before = stage.driver.journal.length;
    stage.event(ALICE, 'Seen');
    stage.event(ALICE, 'Bought', { type: 'page' });
    stage.event(ALICE, 'Bought', { timestamp: stage.nowMs - 10 * MINUTE_MS });
    await stage.driver.run();
    expect(
      outlineOf(stage.driver.journal.slice(before)).map((entry) =>
        entry.kind === 'commit' ? entry.writes : entry.kind,
      ),
    ).toEqual([[]]);
    expect(stage.changes()).toEqual([]);
  });

  it('journals one commit with states and members, and only then the send', async () => {
    await stage.define('anybody', 1, { trait: 'name', is: { exists: true } });
    await stage.driver.run();
    const before = stage.driver.journal.length;
    stage.profile(ALICE, 1, { name: 'Alice' });
    await stage.driver.run();
    const entries = outlineOf(stage.driver.journal.slice(before));
    expect(entries.map(({ kind }) => kind)).toEqual(['commit', 'send']);
    expect(entries[0]).toMatchObject({
      writes: expect.arrayContaining(['segmentation-write-members', 'segmentation-add-member-counts']),
    });
    expect(entries[1]).toEqual({ kind: 'send', topics: ['segments.membership', 'segments.members'] });
  });

  it('counts a change once, though its batch meets a conflict and is folded again', async () => {
    await stage.define('anybody', 1, { trait: 'name', is: { exists: true } });
    const { tables } = stage;
    const write = tables.write.bind(tables);
    let conflicts = 1;
    tables.write = (statements) => conflicts-- <= 0 && write(statements);
    stage.profile(ALICE, 1, { name: 'Alice' });
    await stage.driver.run();
    expect(conflicts).toBeLessThan(1);
    expect(stage.counted).toHaveLength(1);
  });

  it('counts a late event in the window that still contains it', async () => {
    await stage.define('twice', 1, TWICE);
    stage.event(ALICE, 'Bought');
    stage.event(ALICE, 'Bought', { timestamp: START_MS - 9 * MINUTE_MS });
    await stage.driver.run();
    await stage.driver.advance(MINUTE_MS);
    expect(stage.changes().map(({ status, event_time }) => [status, event_time])).toEqual([
      ['entered', START_MS - 9 * MINUTE_MS],
      ['exited', START_MS + MINUTE_MS],
    ]);
  });

  it('takes in by trait, and out by trait, with the record that did it', async () => {
    await stage.define('gold', 1, { trait: 'plan', is: { eq: 'gold' } });
    stage.profile(ALICE, 1, { plan: 'gold' });
    stage.profile(ALICE, 2, { plan: 'silver' });
    stage.profile(ALICE, 2, { plan: 'gold' });
    await stage.driver.run();
    expect(stage.changes()).toMatchObject([
      { status: 'entered', reason: 'trait', message_id: 't1', traits: '{"plan":"gold"}' },
      { status: 'exited', reason: 'trait', message_id: 't2', traits: '{"plan":"silver"}' },
    ]);
  });

  it('visits everybody when a definition is made, changed and deleted', async () => {
    stage.profile(ALICE, 1, { plan: 'gold' });
    stage.profile(BOB, 1, { plan: 'silver' });
    await stage.driver.run();
    await stage.define('plan', 1, { trait: 'plan', is: { eq: 'gold' } });
    await stage.driver.run();
    await stage.define('plan', 2, { trait: 'plan', is: { eq: 'silver' } });
    await stage.driver.run();
    await stage.define('plan', 1, { trait: 'plan', is: { exists: true } });
    await stage.driver.run();
    await stage.define('plan', 3, null);
    await stage.driver.run();
    expect(stage.words()).toEqual(
      [
        `${ALICE} entered plan v1 by definition`,
        `${ALICE} exited plan v2 by definition`,
        `${BOB} entered plan v2 by definition`,
        `${BOB} exited plan v3 by definition`,
      ].sort(),
    );
  });

  it('keeps counts when an unrelated part of a definition changes', async () => {
    await stage.define('a', 1, TWICE);
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    await stage.define('a', 2, { all: [TWICE, { not: { trait: 'blocked', is: { eq: true } } }] });
    await stage.driver.run();
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    expect(stage.words()).toEqual([`${ALICE} entered a v2 by event`]);
  });

  it('starts to count with a definition that was deleted and made again', async () => {
    await stage.define('a', 1, TWICE);
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    await stage.define('a', 2, null);
    await stage.driver.advance(1);
    await stage.define('a', 3, TWICE);
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    expect(stage.words()).toEqual([]);
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    expect(stage.words()).toEqual([`${ALICE} entered a v3 by event`]);
  });

  it('names the event that lies a moment ahead of the clock when it counts, which it does at once', async () => {
    await stage.define('lately', 1, { did: 'Bought', within: '10m' });
    stage.event(ALICE, 'Bought', { timestamp: stage.nowMs + 20, received_at: stage.nowMs + 20 });
    await stage.driver.run();
    expect(stage.changes()).toMatchObject([{ status: 'entered', reason: 'event', message_id: 'm1' }]);
    await stage.driver.advance(10 * MINUTE_MS + 19);
    expect(stage.changes()).toHaveLength(1);
    await stage.driver.advance(1);
    expect(stage.changes()[1]).toMatchObject({ status: 'exited', event_time: START_MS + 20 + 10 * MINUTE_MS });
  });

  it('blames time and not the event where a change was due before', async () => {
    await stage.define('lately', 1, { did: 'Bought', within: '10m' });
    await stage.define('once', 1, { did: 'Bought', count: { eq: 1 } });
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    expect(stage.words()).toHaveLength(2);
    // The clock turns and an event arrives before the stage has run: the wake is late.
    stage.driver.clock.turn(10 * MINUTE_MS + 500);
    stage.event(ALICE, 'Bought', { timestamp: START_MS });
    await stage.driver.run();
    expect(stage.words().slice(2)).toEqual([`${ALICE} exited lately v1 by time`, `${ALICE} exited once v1 by event`]);
    expect(stage.changes().find(({ reason }) => reason === 'time')?.event_time).toBe(START_MS + 10 * MINUTE_MS);
  });
});
