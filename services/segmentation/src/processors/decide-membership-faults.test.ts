import type { Condition } from '@hilo/behaviour/version-2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALICE, BOB, DrivenStage } from '../testing/driven-stage.ts';
import { TOPOLOGY } from '../topology.ts';

const MINUTE_MS = 60_000;
const TWICE: Condition = { did: 'Bought', count: { gte: 2 }, within: '10m' };

let stage: DrivenStage;

beforeEach(() => {
  stage = new DrivenStage();
});

/** Whatever happens, the mirror says what was published. */
afterEach(() => {
  const { published, kept, mirrored, counted } = stage.members();
  expect(kept).toEqual(published);
  expect(mirrored).toEqual(published);
  const sizes = Object.entries(published as Record<string, Set<string>>).map(([segment, { size }]) => [segment, size]);
  expect(counted).toEqual(Object.fromEntries(sizes));
});

describe('the segmentation stage, when profiles merge and things go wrong', () => {
  it('adds up the events of merged profiles, without a word before the handover is in', async () => {
    await stage.define('twice', 1, TWICE);
    await stage.define('never', 1, { not: { did: 'Bought', within: '10m' } });
    await stage.driver.run();
    stage.event(ALICE, 'Bought', { linked: [{ type: 'anonymous_id', value: 'a1' }] });
    stage.event(BOB, 'Seen', { linked: [{ type: 'user_id', value: 'bob' }] });
    await stage.driver.run();
    expect(stage.words()).toEqual([`${BOB} entered never v1 by event`]);
    stage.event(BOB, 'Bought', { absorbed: [{ merge_id: 'x1', profile_id: ALICE }] });
    await stage.driver.run();
    expect(stage.changes()).toHaveLength(1);
    stage.merge('x1', ALICE, BOB);
    await stage.driver.run();
    expect(stage.words().slice(1)).toEqual([`${BOB} entered twice v1 by merge`, `${BOB} exited never v1 by merge`]);
    expect(stage.changesOf(BOB).at(-1)?.identifiers).toEqual([
      { type: 'anonymous_id', value: 'a1' },
      { type: 'user_id', value: 'bob' },
    ]);
  });

  it('says farewell for the absorbed, and counts what arrives for it late', async () => {
    await stage.define('seen', 1, { did: 'Seen' });
    await stage.define('thrice', 1, { did: 'Seen', count: { gte: 3 } });
    await stage.driver.run();
    stage.event(ALICE, 'Seen');
    stage.event(BOB, 'Seen');
    await stage.driver.run();
    stage.event(BOB, 'Other', { absorbed: [{ merge_id: 'x1', profile_id: ALICE }] });
    stage.merge('x1', ALICE, BOB, { message_id: 'm3', event_time: 7 });
    await stage.driver.run();
    expect(stage.changesOf(ALICE).at(-1)).toMatchObject({
      profile_id: ALICE,
      segment: 'seen',
      status: 'exited',
      reason: 'merge',
      version: 2,
      message_id: 'm3',
      event_time: 7,
    });
    stage.event(ALICE, 'Seen');
    stage.profile(ALICE, 9, { name: 'late' });
    await stage.driver.run();
    expect(stage.changesOf(BOB).at(-1)).toMatchObject({
      profile_id: BOB,
      segment: 'thrice',
      status: 'entered',
      reason: 'event',
      traits: '{}',
    });
  });

  it('goes on after a crash as if there had been none', async () => {
    await stage.define('twice', 1, TWICE);
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    stage.driver.crash();
    await stage.driver.advance(MINUTE_MS);
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    stage.driver.crash();
    await stage.driver.advance(20 * MINUTE_MS);
    expect(stage.changes().map(({ status, reason, version }) => [status, reason, version])).toEqual([
      ['entered', 'event', 1],
      ['exited', 'time', 2],
    ]);
  });

  it('sets aside what it cannot read, and only where a definition asks for it', async () => {
    await stage.define('big', 1, { did: 'Bought', where: [{ property: 'revenue', is: { gt: 100 } }] });
    await stage.driver.run();
    stage.event(ALICE, 'Seen', { properties: '{"broken' });
    stage.event(ALICE, 'Bought', { properties: '{"broken' });
    stage.event(ALICE, 'Bought', { properties: '{"revenue":101}' });
    stage.profile(ALICE, 1, {}, { traits: '7' });
    await stage.driver.run();
    expect(stage.driver.outputs(TOPOLOGY.deadLetter)).toHaveLength(2);
    expect(stage.words()).toEqual([`${ALICE} entered big v1 by event`]);
  });
});
