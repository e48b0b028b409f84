import { type Logger, providersOf } from '@hilo/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { ProfileController } from './http/profile-controller.ts';
import { type EventHistory, type ProfileReader, TOKENS } from './ports.ts';

/** What the Profile API works on. */
export interface ProfileParts {
  readonly reader: ProfileReader;
  readonly history: EventHistory;
  readonly admin_token: string;
  readonly logger: Logger;
}

/** The wiring of the profile service's HTTP side. */
@Module({})
export class ProfileModule {
  static of(parts: ProfileParts): DynamicModule {
    return { module: ProfileModule, controllers: [ProfileController], providers: providersOf(TOKENS, parts) };
  }
}
