import { providersOf } from '@hilo/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { IdentityController } from './http/identity-controller.ts';
import { type IdentityReader, TOKENS } from './ports.ts';

/** Wires the identity service's HTTP server. */
@Module({})
export class IdentityModule {
  static of(dependencies: { readonly reader: IdentityReader }): DynamicModule {
    return { module: IdentityModule, controllers: [IdentityController], providers: providersOf(TOKENS, dependencies) };
  }
}
