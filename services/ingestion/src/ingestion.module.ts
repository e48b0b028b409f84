import { type IdentifiersInUrls, providersOf } from '@hilo/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { ListsController } from './http/lists-controller.ts';
import { PixelController } from './http/pixel-controller.ts';
import { RejectedController } from './http/rejected-controller.ts';
import { SourcesController } from './http/sources-controller.ts';
import { TrackingController } from './http/tracking-controller.ts';
import type { Source } from './domain/source.ts';
import { type ListStore, type RejectionStore, type SourceStore, TOKENS } from './ports.ts';
import type { IngestEndpoint } from './use-cases/receive-events.ts';
import type { ReplayOutcome } from './use-cases/replay-rejected.ts';
import type { SendListEntries } from './use-cases/send-list-entries.ts';

/** Dependencies of the HTTP server. */
export interface IngestionDependencies {
  readonly endpoint: IngestEndpoint;
  readonly sourceOf: (write_key: string) => Source | undefined | Promise<Source | undefined>;
  readonly sources: SourceStore;
  /** The cached sources, by key. */
  readonly knownSources: () => ReadonlyMap<string, Source>;
  /** Called when a source was stored here, so that it counts at once. */
  readonly sourceStored: (source: Source) => void;
  readonly rejections: RejectionStore;
  readonly lists: ListStore;
  readonly sendListEntries: SendListEntries;
  /** Whether the pixel, whose events stand in its address, is served. */
  readonly identifiersInUrls: IdentifiersInUrls;
  readonly replay: (ids: readonly string[]) => Promise<readonly ReplayOutcome[]>;
}

/** Wires ingestion's HTTP server. */
@Module({})
export class IngestionModule {
  static of(dependencies: IngestionDependencies): DynamicModule {
    return {
      module: IngestionModule,
      controllers: [TrackingController, PixelController, SourcesController, ListsController, RejectedController],
      providers: providersOf(TOKENS, dependencies),
    };
  }
}
