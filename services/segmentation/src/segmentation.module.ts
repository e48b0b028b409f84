import { providersOf } from '@hilo/service';
import type { Origins } from '@hilo/streaming';
import { type DynamicModule, Module } from '@nestjs/common';
import { SegmentsController } from './http/segments-controller.ts';
import { TimeController } from './http/time-controller.ts';
import { type PublishSoon, type SegmentStore, TOKENS, type WaitingPeople } from './ports.ts';

/** What the controllers work on. */
export interface SegmentationParts {
  readonly store: SegmentStore & WaitingPeople;
  readonly publisher: PublishSoon;
  /** The origins that the stage has its time from. */
  readonly origins: Origins;
  /** Partition count of all topics. */
  readonly partitions: number;
}

/** The wiring of the service's HTTP side. */
@Module({})
export class SegmentationModule {
  static of(parts: SegmentationParts): DynamicModule {
    return {
      module: SegmentationModule,
      controllers: [SegmentsController, TimeController],
      providers: providersOf(TOKENS, parts),
    };
  }
}
