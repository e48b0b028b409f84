import type { Zone } from '@hilo/behaviour';
import { providersOf } from '@hilo/service';
import type { Origins } from '@hilo/streaming';
import { type DynamicModule, Module } from '@nestjs/common';
import { BackfillController } from './http/backfill-controller.ts';
import { MembershipsController } from './http/memberships-controller.ts';
import { PreviewController } from './http/preview-controller.ts';
import { SegmentsController } from './http/segments-controller.ts';
import { TimeController } from './http/time-controller.ts';
import { VerificationController } from './http/verification-controller.ts';
import {
  type Backfills,
  type EventNames,
  type MembershipHistory,
  type Previews,
  type ProfileStates,
  type PublishSoon,
  type SegmentStore,
  TOKENS,
  type Verifications,
  type WaitingPeople,
} from './ports.ts';
import type { VerifyMemberships } from './use-cases/verify-memberships.ts';

/** Dependencies of the controllers. */
export interface SegmentationDependencies {
  readonly store: SegmentStore & WaitingPeople;
  readonly backfills: Backfills;
  readonly previews: Previews;
  readonly states: ProfileStates;
  readonly events: EventNames;
  readonly history: MembershipHistory;
  readonly zone: Zone;
  readonly publisher: PublishSoon;
  readonly verify: Pick<VerifyMemberships, 'range'>;
  readonly verifications: Verifications;
  /** The origins that the stage's time comes from. */
  readonly origins: Origins;
  /** Partition count of all topics. */
  readonly partitions: number;
}

/** Wires the service's HTTP server. */
@Module({})
export class SegmentationModule {
  static of(dependencies: SegmentationDependencies): DynamicModule {
    return {
      module: SegmentationModule,
      controllers: [
        BackfillController,
        MembershipsController,
        PreviewController,
        SegmentsController,
        TimeController,
        VerificationController,
      ],
      providers: providersOf(TOKENS, dependencies),
    };
  }
}
