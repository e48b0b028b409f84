import { providersOf } from '@hilo/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { PixelController } from './http/pixel-controller.ts';
import { RejectedController } from './http/rejected-controller.ts';
import { SourcesController } from './http/sources-controller.ts';
import { TrackingController } from './http/tracking-controller.ts';
import type { Source } from './domain/source.ts';
import { type RejectionStore, type SourceStore, TOKENS } from './ports.ts';
import type { Door } from './use-cases/receive-events.ts';
import type { ReplayOutcome } from './use-cases/replay-rejected.ts';

/** What the HTTP side works with. */
export interface IngestionParts {
  readonly door: Door;
  readonly sourceOf: (write_key: string) => Source | undefined | Promise<Source | undefined>;
  readonly sources: SourceStore;
  /** Sources by key, as far as they are in memory. */
  readonly knownSources: () => ReadonlyMap<string, Source>;
  /** Told when a source was stored here, so that it counts at once. */
  readonly sourceStored: (source: Source) => void;
  readonly rejections: RejectionStore;
  readonly replay: (ids: readonly string[]) => Promise<readonly ReplayOutcome[]>;
}

/** The wiring of ingestion's HTTP side. */
@Module({})
export class IngestionModule {
  static of(parts: IngestionParts): DynamicModule {
    return {
      module: IngestionModule,
      controllers: [TrackingController, PixelController, SourcesController, RejectedController],
      providers: providersOf(TOKENS, parts),
    };
  }
}
