import { MemoryProgressLog, progressIn, releaseOf } from '@hilo/streaming/testing';
import { checkEqual } from './check.ts';
import { checkDeliveries, checkIdentity, checkMemberships, checkProfiles, checkTimes } from './hilo-checks.ts';
import { PARTITIONS, People } from './hilo-people.ts';
import { stagesOf, stagesOfTwoReleases, TOPOLOGIES, type Webhook } from './hilo-stages.ts';
import type { Reads } from './releases.ts';
import type { Scenario } from './scenario.ts';
import { type SimStage, World } from './world.ts';

/** Identity, profile, segmentation and activation in a row. */
export const HILO: Scenario = {
  name: 'hilo',
  meets: ['exits by time'],
  async live(seed, watch) {
    const { proven, unproven } = await liveInARow({ seed, watch, stages: stagesOf });
    checkEqual(unproven, 0, 'exits that are not proven');
    return { 'exits by time': proven };
  },
};

/** Somebody releases origins that stand, or do not, whether or not that is wise. */
export const HILO_RELEASED: Scenario = {
  name: 'hilo-released',
  meets: ['exits by time', 'unproven exits by time'],
  async live(seed, watch) {
    const { proven, unproven } = await liveInARow({
      ...{ seed, watch, stages: stagesOf },
      meanwhile: async (world) => {
        if (world.random.chance(0.01)) await releaseAny(world);
      },
    });
    return { 'exits by time': proven, 'unproven exits by time': unproven };
  },
};

const FORMATS = ['1 by 1', '1 by 2', '2 by 1', '2 by 2'];

/** Instances of this release and of one that writes the next formats take partitions from each other. */
export const HILO_RELEASES: Scenario = {
  name: 'hilo-releases',
  meets: ['profile', 'segmentation', 'definitions', 'activation'].flatMap((of) => FORMATS.map((by) => `${of}: ${by}`)),
  async live(seed, watch) {
    const reads: Reads = new Map();
    const { proven, unproven } = await liveInARow({
      ...{ seed, watch },
      stages: (webhook) => stagesOfTwoReleases(webhook, reads),
    });
    checkEqual(unproven, 0, 'exits that are not proven');
    return { 'exits by time': proven, ...Object.fromEntries(reads) };
  },
};

/** Lives, with something more at each turn, and checks what came of it. */
async function liveInARow({
  seed,
  watch,
  stages,
  meanwhile = async () => undefined,
}: {
  readonly seed: number;
  readonly watch: (world: World) => void;
  readonly stages: (webhook: Webhook) => SimStage[];
  readonly meanwhile?: (world: World) => Promise<void>;
}): Promise<ReturnType<typeof checkTimes>> {
  const webhook: Webhook = { taken: new Map() };
  const world = new World({ seed, partitions: PARTITIONS, stages: stages(webhook) });
  watch(world);
  const people = new People(world);
  // Counting begins with a definition; what came before is the backfill's.
  await world.settle();
  for (let turn = 0; turn < 5_000; turn += 1) {
    if (world.random.chance(0.015)) people.act();
    await meanwhile(world);
    await world.chaos();
  }
  await world.settle();
  world.scheduler.pass(60_000);
  await world.settle();
  for (const { stage, deadLetter } of TOPOLOGIES) checkEqual(world.log.all(deadLetter), [], `dead letters of ${stage}`);
  const groups = checkIdentity(world, people);
  checkProfiles(world, groups);
  const memberships = checkMemberships(world, groups);
  checkDeliveries(world, memberships, webhook);
  return checkTimes(world, people, memberships);
}

async function releaseAny(world: World): Promise<void> {
  const stage = world.random.pick(['identity', 'profile']);
  const partition = world.random.below(PARTITIONS);
  const said = world.log
    .all('stages.progress')
    .map(progressIn)
    .findLast((one) => one.stage === stage && one.partition === partition);
  await new MemoryProgressLog(world.log).release(releaseOf(stage, partition, said));
}
