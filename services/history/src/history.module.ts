import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { DeadLettersController } from './http/dead-letters-controller.ts';
import { FiguresController } from './http/figures-controller.ts';
import { HistoryController } from './http/history-controller.ts';
import { LiveController } from './http/live-controller.ts';
import { MessagesController } from './http/messages-controller.ts';
import { SeenController } from './http/seen-controller.ts';
import { StatementsController } from './http/statements-controller.ts';
import type { LiveEvents } from './live-events.ts';
import {
  type DeadLetters,
  type FiguresReader,
  type HistoryReader,
  type SeenReader,
  type Statements,
  TOKENS,
} from './ports.ts';

/** What the module's controllers read from. */
export interface HistoryParts {
  readonly reader: HistoryReader;
  readonly figures: FiguresReader;
  readonly seen: SeenReader;
  readonly live: LiveEvents;
  readonly dead_letters: DeadLetters;
  readonly statements: Statements;
}

/** The wiring of the history service's HTTP side. */
@Module({})
export class HistoryModule implements OnModuleDestroy, OnApplicationShutdown {
  readonly #reader: HistoryReader;
  readonly #live: LiveEvents;
  readonly #statements: Statements;

  constructor(
    @Inject(TOKENS.reader) reader: HistoryReader,
    @Inject(TOKENS.live) live: LiveEvents,
    @Inject(TOKENS.statements) statements: Statements,
  ) {
    this.#reader = reader;
    this.#live = live;
    this.#statements = statements;
  }

  static of({ reader, figures, seen, live, dead_letters, statements }: HistoryParts): DynamicModule {
    return {
      module: HistoryModule,
      controllers: [
        HistoryController,
        FiguresController,
        SeenController,
        MessagesController,
        LiveController,
        DeadLettersController,
        StatementsController,
      ],
      providers: [
        { provide: TOKENS.reader, useValue: reader },
        { provide: TOKENS.figures, useValue: figures },
        { provide: TOKENS.seen, useValue: seen },
        { provide: TOKENS.live, useValue: live },
        { provide: TOKENS.dead_letters, useValue: dead_letters },
        { provide: TOKENS.statements, useValue: statements },
      ],
    };
  }

  /** Before the server closes: it waits for every answer, live ones never end by themselves, and statements may take long. */
  async onModuleDestroy(): Promise<void> {
    this.#statements.endAll();
    await this.#live.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#reader.close();
    await this.#statements.close();
  }
}
