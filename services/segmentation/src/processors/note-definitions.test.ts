import { beforeEach, expect, it } from 'vitest';
import { partitionOf } from '@hilo/streaming';
import { ALICE, DrivenStage } from '../testing/driven-stage.ts';
import { A_DEFINITION } from '../testing/records.ts';

const PARTITION = partitionOf(ALICE, 4);
/** Topics of which nothing was read. */
const UNREAD = {
  'identity.merges': 0,
  'profiles.changed': 0,
  'segmentation.backfill': 0,
  'segmentation.handover': 0,
  'segmentation.replay': 0,
};
const BOUGHT = { did: 'Bought', within: '10m' };
let stage: DrivenStage;

beforeEach(() => {
  stage = new DrivenStage();
});

const positionsOf = (number: number) => stage.tables.positions.get(`${PARTITION} ${number}`);

it('notes where each partition stood when it folded a change: what lies below was folded before it, the rest after', async () => {
  stage.event(ALICE, 'Bought');
  await stage.driver.run();
  // All in one batch: one event before the change, two after it.
  stage.event(ALICE, 'Bought');
  stage.driver.clock.turn(1);
  const defined = stage.define('buyers', 1, BOUGHT);
  stage.driver.clock.turn(1);
  for (let events = 0; events < 2; events += 1) stage.event(ALICE, 'Bought');
  await defined;
  await stage.driver.run();
  expect(positionsOf(1)).toEqual({ ...UNREAD, 'events.identified': 2, 'segments.definitions': 1 });
  expect([...stage.tables.positions.keys()].sort()).toEqual(['0 1', '1 1', '2 1', '3 1']);
  await stage.define('buyers', 2, null);
  expect(positionsOf(2)).toEqual({ ...UNREAD, 'events.identified': 4, 'segments.definitions': 2 });
});

it('keeps the place of the first time, though the change is written again and the process is killed', async () => {
  await stage.define('buyers', 1, BOUGHT);
  const first = positionsOf(1);
  stage.event(ALICE, 'Bought');
  await stage.driver.run();
  stage.driver.crash();
  const definition = JSON.stringify(BOUGHT);
  const again = {
    ...A_DEFINITION,
    segment: 'buyers',
    version: 1,
    name: 'buyers',
    definition,
    decided_at: stage.nowMs,
    number: 1,
  };
  stage.driver.pipe('segments.definitions', 'buyers', again, PARTITION);
  await stage.driver.run();
  expect(positionsOf(1)).toEqual(first);
});

it('notes nothing of a change that was saved before changes had numbers', async () => {
  const definition = JSON.stringify(BOUGHT);
  const old = {
    ...A_DEFINITION,
    segment: 'buyers',
    version: 1,
    name: 'buyers',
    definition,
    decided_at: stage.nowMs,
    number: 0,
  };
  stage.driver.pipe('segments.definitions', 'buyers', old, PARTITION);
  await stage.driver.run();
  expect(stage.tables.positions.size).toBe(0);
});
