import { alone } from '@hilo/streaming/testing';
import type { AttemptRequest, AttemptResult } from '../../services/activation/src/domain/attempt.ts';
import { activationStage } from '../../services/activation/src/stage.ts';
import { answered, destination, destinationsOf, unanswered } from '../../services/activation/src/testing/fixtures.ts';
import { TOPOLOGY as ACTIVATION } from '../../services/activation/src/topology.ts';
import { identityStage } from '../../services/identity/src/stage.ts';
import { MemoryIdentityTables } from '../../services/identity/src/testing/memory-identity-tables.ts';
import { TOPOLOGY as IDENTITY } from '../../services/identity/src/topology.ts';
import { profileStage } from '../../services/profile/src/stage.ts';
import { TOPOLOGY as PROFILE } from '../../services/profile/src/topology.ts';
import { UTC } from '@hilo/behaviour';
import { segmentationStage } from '../../services/segmentation/src/stage.ts';
import { TOPOLOGY as SEGMENTATION } from '../../services/segmentation/src/topology.ts';
import { CODEC } from './hilo-people.ts';
import { BINARY_LAYOUT, codecOf, jsonLayout, type Reads, ReleaseCodec } from './releases.ts';
import { BLACK_HOLE, sideBySide, stageOf } from './stages.ts';
import type { SimStage } from './world.ts';

const DESTINATIONS = destinationsOf(destination({ key: 'crm' }));
const NEXT_CODEC = new ReleaseCodec(2);

/** All topologies in a row, each stage as it is read by the one after it. */
export const TOPOLOGIES = [IDENTITY, PROFILE, SEGMENTATION, ACTIVATION];

/** Where deliveries go. */
export interface Webhook {
  readonly taken: Map<string, AttemptRequest>;
}

/** Identity, profile, segmentation and activation. */
export function stagesOf(webhook: Webhook): SimStage[] {
  return stages(webhook, new MemoryIdentityTables(), null);
}

/** The same, with instances of this release and of the next one side by side. */
export function stagesOfTwoReleases(webhook: Webhook, reads: Reads): SimStage[] {
  const tables = new MemoryIdentityTables();
  const next = stages(webhook, tables, { release: 2, reads });
  return stages(webhook, tables, { release: 1, reads }).map((stage, index) => sideBySide(stage, next[index] ?? stage));
}

function stages(webhook: Webhook, tables: MemoryIdentityTables, of: Parameters<typeof codecOf>[0] | null): SimStage[] {
  const codec = of?.release === 2 ? NEXT_CODEC : CODEC;
  const metrics = { decided: () => undefined };
  const identity = identityStage({ metrics });
  const { logic: profile } = profileStage();
  const { logic: segmentation } = segmentationStage({ zone: UTC, metrics });
  const { logic: activation } = activationStage({
    destinations: () => DESTINATIONS,
    effector: { perform: () => Promise.reject(new Error('the simulation performs effects itself')) },
    metrics: { queued: () => undefined, ended: () => undefined },
  });
  const { shared } = segmentation;
  if (shared === undefined) throw new Error('segmentation shares its definitions');
  const released =
    of === null
      ? { profile, segmentation, activation }
      : {
          profile: { ...profile, codec: codecOf(of, 'profile', jsonLayout('v'), profile.codec) },
          segmentation: {
            ...segmentation,
            codec: codecOf(of, 'segmentation', BINARY_LAYOUT, segmentation.codec),
            shared: { ...shared, codec: codecOf(of, 'definitions', jsonLayout('format', 2), shared.codec) },
          },
          activation: { ...activation, codec: codecOf(of, 'activation', jsonLayout('v'), activation.codec) },
        };
  return [
    stageOf({ ...identity, topology: alone(IDENTITY), codec, tables }),
    stageOf({ topology: PROFILE, logic: released.profile, codec, tables: BLACK_HOLE }),
    stageOf({ topology: SEGMENTATION, logic: released.segmentation, codec, tables: BLACK_HOLE }),
    stageOf({
      topology: ACTIVATION,
      logic: released.activation,
      codec,
      tables: BLACK_HOLE,
      perform: async (effect, { random, scheduler, weather, actor }): Promise<AttemptResult> => {
        const request = effect.payload as AttemptRequest;
        await scheduler.wait(actor, random.below(30));
        if (weather.fault > 0 && random.chance(0.2)) return unanswered('network');
        webhook.taken.set(request.delivery_id, request);
        await scheduler.wait(actor, random.below(30));
        return answered(200);
      },
    }),
  ];
}
