import { MemorySink, TOY_LOGIC, TOY_TOPOLOGY } from '@hilo/streaming/testing';
import { checkAbove } from './check.ts';
import { DeadLetters } from './dead-letters.ts';
import type { Scenario } from './scenario.ts';
import { sideBySide, stageOf } from './stages.ts';
import { Bugs, PLACES } from './toy-bugs.ts';
import { checkAfterLapses, checkOthers, checkStates, checkTables, checkTallies, heldKeys } from './toy-checks.ts';
import { loader, READER_LOGIC, READER_TOPOLOGY, release } from './toy-stages.ts';
import { CODEC, live, PARTITIONS } from './toy-upstream.ts';
import { checkSequences } from './wire.ts';
import { type SimStage, World } from './world.ts';

const HOUR_MS = 3_600_000;

const toy = (logic: typeof TOY_LOGIC): SimStage => stageOf({ topology: TOY_TOPOLOGY, logic, codec: CODEC });
const reader = (): SimStage => stageOf({ topology: READER_TOPOLOGY, logic: READER_LOGIC, codec: CODEC });

/** A stage with merges, timers and sweeps, one after it, and a loader. */
export const TOY: Scenario = {
  name: 'toy',
  meets: ['merges'],
  async live(seed, watch) {
    const sink = new MemorySink();
    const world = new World({ seed, partitions: PARTITIONS, stages: [toy(TOY_LOGIC), reader(), loader(sink)] });
    watch(world);
    const upstream = await live(world);
    checkStates(world, upstream);
    checkTallies(world, upstream);
    checkTables(world, sink, upstream);
    return { merges: upstream.survivors.size };
  },
};

/** Instances of two releases side by side: each reads what the other wrote, the older one a format ahead of its own. */
export const TOY_RELEASES: Scenario = {
  name: 'toy-releases',
  meets: ['1 by 1', '1 by 2', '2 by 1', '2 by 2'],
  async live(seed, watch) {
    const read = new Map<string, number>();
    const both = sideBySide(toy(release(1, read)), toy(release(2, read)));
    const world = new World({ seed, partitions: PARTITIONS, stages: [both, reader()] });
    watch(world);
    const upstream = await live(world);
    checkStates(world, upstream);
    checkTallies(world, upstream);
    return Object.fromEntries(read);
  },
};

/** A release of which some inputs meet bugs, until those are mended and all dead letters replayed. */
export const TOY_BUGS: Scenario = {
  name: 'toy-bugs',
  meets: PLACES,
  async live(seed, watch) {
    const bugs = new Bugs(seed);
    const stages = [toy(bugs.logic), reader()];
    const world = new World({
      seed,
      partitions: PARTITIONS,
      stages,
      expected: ['an input triggered a bug and became a dead letter'],
    });
    watch(world);
    const deadLetters = new DeadLetters(world, TOY_TOPOLOGY);
    const upstream = await live(world, () => {
      if (world.random.chance(0.0002)) bugs.isMended = true;
      if (world.random.chance(0.002)) deadLetters.replayAll();
      if (world.random.chance(0.0005)) deadLetters.replaySome();
    });
    checkOthers(world, upstream, deadLetters);
    bugs.isMended = true;
    await replayUntilNothingIsHeld(world, deadLetters);
    checkStates(world, upstream);
    checkTallies(world, upstream);
    return bugs.met();
  },
};

/**
 * Replays the dead letters until none is left and no key is held. Wake-ups and sweeps that met a bug are tried again within
 * the hour.
 */
async function replayUntilNothingIsHeld(world: World, deadLetters: DeadLetters): Promise<void> {
  for (let round = 0; deadLetters.waiting().length > 0 || heldKeys(world).size > 0; round += 1) {
    checkAbove(20, round, `rounds of replaying with ${[...heldKeys(world)].join()} still held`);
    deadLetters.replayAll();
    await world.settle();
    world.scheduler.pass(HOUR_MS);
    await world.settle();
  }
}

/**
 * The same with dead letters: of a release with bugs, whose dead letters are replayed before and after. That of a lost commit counts
 * once, though its record is read again.
 */
export const TOY_LOST_DEAD_LETTERS: Scenario = {
  name: 'toy-lost-dead-letters',
  meets: ['partitions repaired', 'dead letters'],
  async live(seed, watch) {
    const bugs = new Bugs(seed);
    const stages = [toy(bugs.logic), reader()];
    const expected = ['an input triggered a bug and became a dead letter'];
    const world = new World({ seed, partitions: PARTITIONS, stages, expected, lapses: true });
    watch(world);
    const deadLetters = new DeadLetters(world, TOY_TOPOLOGY);
    const upstream = await live(world, () => {
      if (world.random.chance(0.0005)) deadLetters.replayAll();
    });
    bugs.isMended = true;
    await replayUntilNothingIsHeld(world, deadLetters);
    // Those of lost commits, too, and those that were replayed before.
    for (const deadLetter of world.log.all(TOY_TOPOLOGY.deadLetter)) deadLetters.replay(deadLetter);
    await world.settle();
    checkAfterLapses(world, upstream);
    return {
      'partitions repaired': world.repaired.size,
      'dead letters': world.log.all(TOY_TOPOLOGY.deadLetter).length,
    };
  },
};

/** The store loses its last commits at times, and somebody repairs the partitions that do not start. */
export const TOY_LAPSES: Scenario = {
  name: 'toy-lapses',
  meets: ['partitions repaired'],
  async live(seed, watch) {
    const world = new World({ seed, partitions: PARTITIONS, stages: [toy(TOY_LOGIC), reader()], lapses: true });
    watch(world);
    const upstream = await live(world);
    for (const topic of TOY_TOPOLOGY.sinks) checkSequences(world, topic);
    checkAfterLapses(world, upstream);
    return { 'partitions repaired': world.repaired.size };
  },
};
