import { describe, expect, it } from 'vitest';
import { TOY_TOPOLOGY } from '@hilo/streaming/testing';
import { Letters } from './letters.ts';
import { forEachSeed } from './runs.ts';
import { stageOf } from './stages.ts';
import { Bugs } from './toy-bugs.ts';
import { checkOthers, checkStates, checkTallies, heldKeys } from './toy-checks.ts';
import { READER_LOGIC, READER_TOPOLOGY } from './toy-stages.ts';
import { CODEC, live, PARTITIONS } from './toy-upstream.ts';
import { World } from './world.ts';

const HOUR_MS = 3_600_000;

/** Replays the letters until none is left and no key is held. Wake-ups and sweeps that met a bug are tried again within the hour. */
async function replayUntilNothingIsHeld(world: World, letters: Letters): Promise<void> {
  for (let round = 0; letters.waiting().length > 0 || heldKeys(world).size > 0; round += 1) {
    expect(round, `held: ${[...heldKeys(world)].join()}`).toBeLessThan(20);
    letters.replayAll();
    await world.settle();
    world.scheduler.pass(HOUR_MS);
    await world.settle();
  }
}

describe('simulation: a stage of which some inputs meet bugs', () => {
  it('holds only the keys of those, and ends as a naive fold once the bugs are mended and all letters replayed', {
    timeout: 600_000,
  }, async () => {
    const met = new Set<string>();
    const isWhole = await forEachSeed(20, async (seed, watch) => {
      const bugs = new Bugs(seed);
      const stages = [
        stageOf({ topology: TOY_TOPOLOGY, logic: bugs.logic, codec: CODEC }),
        stageOf({ topology: READER_TOPOLOGY, logic: READER_LOGIC, codec: CODEC }),
      ];
      const world = new World({ seed, partitions: PARTITIONS, stages, expected: ['an input met a bug: set aside'] });
      watch(world);
      const letters = new Letters(world, TOY_TOPOLOGY);
      const upstream = await live(world, () => {
        if (world.random.chance(0.0002)) bugs.is_mended = true;
        if (world.random.chance(0.002)) letters.replayAll();
        if (world.random.chance(0.0005)) letters.replaySome();
      });
      checkOthers(world, upstream, letters);
      bugs.is_mended = true;
      await replayUntilNothingIsHeld(world, letters);
      checkStates(world, upstream);
      checkTallies(world, upstream);
      for (const place of bugs.met) met.add(place);
    });
    if (isWhole) expect(met.size, [...met].join()).toBe(8);
  });
});
