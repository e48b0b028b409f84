import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { FiguresController } from './http/figures-controller.ts';
import { HistoryController } from './http/history-controller.ts';
import { SeenController } from './http/seen-controller.ts';
import { type HistoryParts, type HistoryReader, TOKENS } from './ports.ts';

/** The wiring of the history service's HTTP side. */
@Module({})
export class HistoryModule implements OnApplicationShutdown {
  readonly #reader: HistoryReader;

  constructor(@Inject(TOKENS.reader) reader: HistoryReader) {
    this.#reader = reader;
  }

  static of({ reader, figures, seen }: HistoryParts): DynamicModule {
    return {
      module: HistoryModule,
      controllers: [HistoryController, FiguresController, SeenController],
      providers: [
        { provide: TOKENS.reader, useValue: reader },
        { provide: TOKENS.figures, useValue: figures },
        { provide: TOKENS.seen, useValue: seen },
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#reader.close();
  }
}
