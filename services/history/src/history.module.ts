import { providersOf } from '@hilo/service';
import { type DynamicModule, Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import { DeadLettersController } from './http/dead-letters-controller.ts';
import { FiguresController } from './http/figures-controller.ts';
import { HistoryController } from './http/history-controller.ts';
import { LiveController } from './http/live-controller.ts';
import { MessagesController } from './http/messages-controller.ts';
import { SeenController } from './http/seen-controller.ts';
import { StatementsController } from './http/statements-controller.ts';
import type { LiveEvents } from './use-cases/live-events.ts';
import {
  type DeadLetters,
  type FiguresReader,
  type HistoryReader,
  type SeenReader,
  type Statements,
  TOKENS,
} from './ports.ts';

/** Dependencies of the module's controllers. */
export interface HistoryDependencies {
  readonly reader: HistoryReader;
  readonly figures: FiguresReader;
  readonly seen: SeenReader;
  readonly live: LiveEvents;
  readonly dead_letters: DeadLetters;
  readonly statements: Statements;
}

/** Wires the history service's HTTP server. */
@Module({})
export class HistoryModule implements OnModuleDestroy {
  readonly #live: LiveEvents;
  readonly #statements: Statements;

  constructor(@Inject(TOKENS.live) live: LiveEvents, @Inject(TOKENS.statements) statements: Statements) {
    this.#live = live;
    this.#statements = statements;
  }

  static of(dependencies: HistoryDependencies): DynamicModule {
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
      providers: providersOf(TOKENS, dependencies),
    };
  }

  /**
   * Before the server closes: it waits for every answer, live ones never end by themselves, and statements may take
   * long.
   */
  async onModuleDestroy(): Promise<void> {
    this.#statements.endAll();
    await this.#live.close();
  }
}
