import { type Condition, seriesIdsOf } from '@hilo/behaviour/version-2';
import { expect, it } from 'vitest';
import { ALICE, BOB } from '../testing/driven-stage.ts';
import { DrivenBackfill } from '../testing/driven-backfill.ts';

const TWICE: Condition = { did: 'A', count: { gte: 2 } };
const PARTITIONS = [0, 1, 2, 3];

function scene(condition = TWICE): DrivenBackfill {
  return new DrivenBackfill(condition, seriesIdsOf(condition));
}

async function reach(stage: DrivenBackfill, phase: 'declared' | 'cut' | 'switched'): Promise<void> {
  for (const partition of PARTITIONS) stage.reach(partition, phase);
  await stage.driver.run();
}

it('publishes nothing of a new segment until it is in force, and then marks whom the past brings', async () => {
  const stage = scene();
  for (const id of [ALICE, ALICE, BOB]) stage.happened(id);
  await stage.driver.run();
  await reach(stage, 'declared');
  await reach(stage, 'cut');
  for (const past of stage.past()) stage.bring(past);
  stage.happened(BOB);
  await stage.driver.run();
  expect(stage.changes()).toEqual([]);
  await reach(stage, 'switched');
  expect(stage.words()).toEqual([ALICE, BOB].map((id) => `${id} entered asked v2 by definition`).sort());
  expect(stage.changes().every(({ backfilled }) => backfilled)).toBe(true);
});

it('keeps the members of the condition before, and lets those leave whom the new one does not take', async () => {
  const stage = scene({ did: 'A', count: { gte: 3 } });
  await stage.define('asked', 1, TWICE);
  for (const id of [ALICE, ALICE, ALICE, BOB, BOB]) stage.happened(id);
  await stage.driver.run();
  expect(stage.members().published).toEqual({ asked: new Set([ALICE, BOB]) });
  await reach(stage, 'declared');
  await reach(stage, 'cut');
  for (const past of stage.past()) stage.bring(past);
  await stage.driver.run();
  expect(stage.members().published).toEqual({ asked: new Set([ALICE, BOB]) });
  await reach(stage, 'switched');
  expect(stage.members().published).toEqual({ asked: new Set([ALICE]) });
  expect(stage.words()).toContain(`${BOB} exited asked v2 by definition`);
});

it('adds a past that comes after the switch, once, and lets people enter by it', async () => {
  const stage = scene();
  for (const id of [ALICE, ALICE]) stage.happened(id);
  await stage.driver.run();
  await reach(stage, 'declared');
  await reach(stage, 'cut');
  const [past] = stage.past();
  await reach(stage, 'switched');
  expect(stage.changes()).toEqual([]);
  for (let time = 0; time < 3; time += 1) {
    if (past !== undefined) stage.bring(past);
    await stage.driver.run();
  }
  expect(stage.words()).toEqual([`${ALICE} entered asked v2 by definition`]);
  expect(stage.changes()[0]).toMatchObject({ backfilled: true });
});

it('forgets what was collected for a definition that another one replaces', async () => {
  const stage = scene();
  stage.happened(ALICE);
  await stage.driver.run();
  await reach(stage, 'declared');
  await reach(stage, 'cut');
  for (const past of stage.past()) stage.bring(past);
  stage.happened(ALICE);
  await stage.driver.run();
  expect(stage.stateOf(ALICE)).toMatchObject({ series: { size: 1 }, pasts: { size: 1 } });
  await stage.define('asked', 3, { trait: 'plan', is: { eq: 'gold' } });
  await stage.driver.run();
  expect(stage.stateOf(ALICE)).toMatchObject({ series: { size: 0 }, pasts: { size: 0 } });
  stage.happened(ALICE);
  for (const past of stage.past()) stage.bring(past);
  await stage.driver.run();
  expect(stage.stateOf(ALICE)).toMatchObject({ series: { size: 0 } });
  expect(stage.changes()).toEqual([]);
});

it('says that an event brought somebody only if the past alone had not', async () => {
  const stage = scene();
  for (const id of [ALICE, ALICE, BOB]) stage.happened(id);
  await stage.driver.run();
  await reach(stage, 'declared');
  await reach(stage, 'cut');
  for (const past of stage.past()) stage.bring(past);
  await stage.driver.run();
  // Events that come before the sweep has visited their people.
  for (const partition of PARTITIONS) stage.reach(partition, 'switched');
  for (const id of [ALICE, BOB]) stage.happened(id, { timestamp: stage.nowMs + 1 });
  await stage.driver.run();
  expect(stage.changesOf(ALICE)).toMatchObject([{ reason: 'definition', backfilled: true }]);
  expect(stage.changesOf(BOB)).toMatchObject([{ status: 'entered' }]);
});
