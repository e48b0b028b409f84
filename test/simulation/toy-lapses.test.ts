import { describe, expect, it } from 'vitest';
import { TOY_LOGIC, TOY_TOPOLOGY } from '@hilo/streaming/testing';
import { forEachSeed } from './runs.ts';
import { stageOf } from './stages.ts';
import { checkAfterLapses } from './toy-checks.ts';
import { READER_LOGIC, READER_TOPOLOGY } from './toy-stages.ts';
import { CODEC, live, PARTITIONS } from './toy-upstream.ts';
import { checkSequences } from './wire.ts';
import { World } from './world.ts';

describe('simulation: stages whose store loses its last commits', () => {
  it('notice it before they say anything that passes for a repeat, and lose nothing once they are repaired', {
    timeout: 600_000,
  }, async () => {
    let repaired = 0;
    const isWhole = await forEachSeed(8, async (seed, watch) => {
      const stages = [
        stageOf({ topology: TOY_TOPOLOGY, logic: TOY_LOGIC, codec: CODEC }),
        stageOf({ topology: READER_TOPOLOGY, logic: READER_LOGIC, codec: CODEC }),
      ];
      const world = new World({ seed, partitions: PARTITIONS, stages, lapses: true });
      watch(world);
      const upstream = await live(world);
      for (const topic of TOY_TOPOLOGY.sinks) checkSequences(world, topic);
      checkAfterLapses(world, upstream);
      repaired += world.repaired.size;
    });
    if (isWhole) expect(repaired).toBeGreaterThan(0);
  });
});
