import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { HistoryController } from './http/history-controller.ts';
import { type HistoryReader, TOKENS } from './ports.ts';

/** The wiring of the history service's HTTP side. */
@Module({})
export class HistoryModule implements OnApplicationShutdown {
  readonly #reader: HistoryReader;

  constructor(@Inject(TOKENS.reader) reader: HistoryReader) {
    this.#reader = reader;
  }

  static of(reader: HistoryReader): DynamicModule {
    return {
      module: HistoryModule,
      controllers: [HistoryController],
      providers: [{ provide: TOKENS.reader, useValue: reader }],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#reader.close();
  }
}
