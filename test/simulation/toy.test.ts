import { describe, expect, it } from 'vitest';
import { MemorySink, TOY_LOGIC, TOY_TOPOLOGY } from '@hilo/streaming/testing';
import { forEachSeed } from './runs.ts';
import { stageOf } from './stages.ts';
import { checkStates, checkTables, checkTallies } from './toy-checks.ts';
import { loader, READER_LOGIC, READER_TOPOLOGY, release, sideBySide } from './toy-stages.ts';
import { CODEC, live, PARTITIONS } from './toy-upstream.ts';
import { World } from './world.ts';

describe('simulation: a stage with merges, timers and sweeps, one after it, and a loader', () => {
  it('ends as a naive fold of its inputs, whatever happens on the way', { timeout: 600_000 }, async () => {
    await forEachSeed(12, async (seed, watch) => {
      const sink = new MemorySink();
      const stages = [
        stageOf({ topology: TOY_TOPOLOGY, logic: TOY_LOGIC, codec: CODEC }),
        stageOf({ topology: READER_TOPOLOGY, logic: READER_LOGIC, codec: CODEC }),
        loader(sink),
      ];
      const world = new World({ seed, partitions: PARTITIONS, stages });
      watch(world);
      const upstream = await live(world);
      checkStates(world, upstream);
      checkTallies(world, upstream);
      checkTables(world, sink, upstream);
    });
  });

  it('ends so, too, while instances of two releases run side by side', { timeout: 600_000 }, async () => {
    const read = new Map<string, number>();
    await forEachSeed(6, async (seed, watch) => {
      const toy = (written: number) => stageOf({ topology: TOY_TOPOLOGY, logic: release(written, read), codec: CODEC });
      const reader = stageOf({ topology: READER_TOPOLOGY, logic: READER_LOGIC, codec: CODEC });
      const world = new World({ seed, partitions: PARTITIONS, stages: [sideBySide(toy(1), toy(2)), reader] });
      watch(world);
      const upstream = await live(world);
      checkStates(world, upstream);
      checkTallies(world, upstream);
    });
    // Each read what the other wrote: the older one, one format ahead.
    expect([...read.keys()].sort()).toEqual(['1 by 1', '1 by 2', '2 by 1', '2 by 2']);
  });
});
