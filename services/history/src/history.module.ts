import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { DeadLettersController } from './http/dead-letters-controller.ts';
import { FiguresController } from './http/figures-controller.ts';
import { HistoryController } from './http/history-controller.ts';
import { LiveController } from './http/live-controller.ts';
import { MessagesController } from './http/messages-controller.ts';
import { SeenController } from './http/seen-controller.ts';
import type { LiveEvents } from './live-events.ts';
import { type DeadLetterReader, type FiguresReader, type HistoryReader, type SeenReader, TOKENS } from './ports.ts';

/** What the module's controllers read from. */
export interface HistoryParts {
  readonly reader: HistoryReader;
  readonly figures: FiguresReader;
  readonly seen: SeenReader;
  readonly live: LiveEvents;
  readonly dead_letters: DeadLetterReader;
}

/** The wiring of the history service's HTTP side. */
@Module({})
export class HistoryModule implements OnModuleDestroy, OnApplicationShutdown {
  readonly #reader: HistoryReader;
  readonly #live: LiveEvents;

  constructor(@Inject(TOKENS.reader) reader: HistoryReader, @Inject(TOKENS.live) live: LiveEvents) {
    this.#reader = reader;
    this.#live = live;
  }

  static of({ reader, figures, seen, live, dead_letters }: HistoryParts): DynamicModule {
    return {
      module: HistoryModule,
      controllers: [
        HistoryController,
        FiguresController,
        SeenController,
        MessagesController,
        LiveController,
        DeadLettersController,
      ],
      providers: [
        { provide: TOKENS.reader, useValue: reader },
        { provide: TOKENS.figures, useValue: figures },
        { provide: TOKENS.seen, useValue: seen },
        { provide: TOKENS.live, useValue: live },
        { provide: TOKENS.dead_letters, useValue: dead_letters },
      ],
    };
  }

  /** Before the server closes: it waits for every answer, and live ones never end by themselves. */
  async onModuleDestroy(): Promise<void> {
    await this.#live.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#reader.close();
  }
}
