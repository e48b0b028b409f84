import { type DynamicModule, Module } from '@nestjs/common';
import type { AllowedNetwork } from './domain/webhook-address.ts';
import { DeliveriesController } from './http/deliveries-controller.ts';
import { DestinationsController } from './http/destinations-controller.ts';
import { type DeliveryReader, type DestinationStore, type SegmentKeys, TOKENS } from './ports.ts';
import type { RetryDeliveries } from './processors/retry-deliveries.ts';

/** The wiring of the activation service's HTTP side. */
@Module({})
export class ActivationModule {
  static of(
    destinations: DestinationStore,
    segments: SegmentKeys,
    deliveries: DeliveryReader,
    retry: RetryDeliveries,
    allowed_networks: readonly AllowedNetwork[],
  ): DynamicModule {
    return {
      module: ActivationModule,
      controllers: [DestinationsController, DeliveriesController],
      providers: [
        { provide: TOKENS.destinations, useValue: destinations },
        { provide: TOKENS.segments, useValue: segments },
        { provide: TOKENS.deliveries, useValue: deliveries },
        { provide: TOKENS.retry, useValue: retry },
        { provide: TOKENS.allowed_networks, useValue: allowed_networks },
      ],
    };
  }
}
