import { type DynamicModule, Module } from '@nestjs/common';
import type { PageFiles } from './adapters/page-files.ts';
import { LiveController } from './http/live-controller.ts';
import { PageController } from './http/page-controller.ts';
import { WebhookController } from './http/webhook-controller.ts';
import type { LiveOverview } from './live-overview.ts';
import { TOKENS } from './ports.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** What the console's controllers work on. */
export interface ConsoleParts {
  readonly overview: LiveOverview;
  readonly receiver: WebhookReceiver;
  readonly page: PageFiles;
  readonly console_url: string;
  /** Aborts when the server is about to close. */
  readonly closing: AbortSignal;
}

/** The wiring of the console. */
@Module({})
export class ConsoleModule {
  static of(parts: ConsoleParts): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: [PageController, LiveController, WebhookController],
      providers: [
        { provide: TOKENS.overview, useValue: parts.overview },
        { provide: TOKENS.receiver, useValue: parts.receiver },
        { provide: TOKENS.page, useValue: parts.page },
        { provide: TOKENS.closing, useValue: parts.closing },
        { provide: TOKENS.console_url, useValue: parts.console_url },
      ],
    };
  }
}
