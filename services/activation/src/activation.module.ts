import { providersOf } from '@hilo/service';
import { type DynamicModule, Module } from '@nestjs/common';
import type { OpenTypes } from './destinations/types.ts';
import { DeliveriesController } from './http/deliveries-controller.ts';
import { DestinationsController } from './http/destinations-controller.ts';
import { type DeliveryReader, type DestinationStore, TOKENS } from './ports.ts';
import type { RetryDeliveries } from './use-cases/retry-deliveries.ts';
import type { SaveDestination } from './use-cases/save-destination.ts';

/** What the HTTP side is made from. */
export interface ActivationDependencies {
  readonly destinations: DestinationStore;
  readonly deliveries: DeliveryReader;
  readonly types: OpenTypes;
  readonly save: SaveDestination;
  readonly retry: RetryDeliveries;
}

/** Wires the activation service's HTTP server. */
@Module({})
export class ActivationModule {
  static of(dependencies: ActivationDependencies): DynamicModule {
    return {
      module: ActivationModule,
      controllers: [DestinationsController, DeliveriesController],
      providers: providersOf(TOKENS, dependencies),
    };
  }
}
