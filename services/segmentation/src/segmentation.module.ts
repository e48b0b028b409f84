import { type DynamicModule, Module } from '@nestjs/common';
import { SegmentsController } from './http/segments-controller.ts';
import { type PublishSoon, type SegmentStore, TOKENS } from './ports.ts';

/** What the controllers work on. */
export interface SegmentationParts {
  readonly store: SegmentStore;
  readonly publisher: PublishSoon;
}

/** The wiring of the service's HTTP side. */
@Module({})
export class SegmentationModule {
  static of(parts: SegmentationParts): DynamicModule {
    return {
      module: SegmentationModule,
      controllers: [SegmentsController],
      providers: [
        { provide: TOKENS.store, useValue: parts.store },
        { provide: TOKENS.publisher, useValue: parts.publisher },
      ],
    };
  }
}
