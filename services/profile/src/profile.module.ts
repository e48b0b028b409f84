import { type IdentifiersInUrls, type Logger, providersOf } from '@hilo/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { ProfileController } from './http/profile-controller.ts';
import { type EventHistory, type ProfileReader, TOKENS } from './ports.ts';

/** Dependencies of the Profile API. */
export interface ProfileDependencies {
  readonly reader: ProfileReader;
  readonly history: EventHistory;
  /** Whether a path may name a profile by an identifier of the person; by its own id it always may. */
  readonly identifiersInUrls: IdentifiersInUrls;
  readonly logger: Logger;
}

/** Wires the profile service's HTTP server. */
@Module({})
export class ProfileModule {
  static of(dependencies: ProfileDependencies): DynamicModule {
    return { module: ProfileModule, controllers: [ProfileController], providers: providersOf(TOKENS, dependencies) };
  }
}
