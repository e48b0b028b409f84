import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { IdentityController } from './http/identity-controller.ts';
import { type IdentityReader, TOKENS } from './ports.ts';

/** The wiring of the identity service's HTTP side. */
@Module({})
export class IdentityModule implements OnApplicationShutdown {
  readonly #reader: IdentityReader;

  constructor(@Inject(TOKENS.reader) reader: IdentityReader) {
    this.#reader = reader;
  }

  static of(reader: IdentityReader): DynamicModule {
    return {
      module: IdentityModule,
      controllers: [IdentityController],
      providers: [{ provide: TOKENS.reader, useValue: reader }],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#reader.close();
  }
}
