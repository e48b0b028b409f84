import type { Logger } from '@hilo/service';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
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
export class ProfileModule implements OnApplicationShutdown {
  readonly #reader: ProfileReader;

  constructor(@Inject(TOKENS.reader) reader: ProfileReader) {
    this.#reader = reader;
  }

  static of(parts: ProfileParts): DynamicModule {
    return {
      module: ProfileModule,
      controllers: [ProfileController],
      providers: [
        { provide: TOKENS.reader, useValue: parts.reader },
        { provide: TOKENS.history, useValue: parts.history },
        { provide: TOKENS.admin_token, useValue: parts.admin_token },
        { provide: TOKENS.logger, useValue: parts.logger },
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#reader.close();
  }
}
