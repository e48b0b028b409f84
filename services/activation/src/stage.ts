import { defineStage, type Effector } from '@hilo/streaming';
import { DELIVERY_TABLES } from './adapters/postgres-delivery-mirror.ts';
import { createdBetween } from './domain/delivery.ts';
import type { Destinations } from './domain/destination.ts';
import type { ActivationMetrics } from './metrics.ts';
import { deliver } from './processors/deliver.ts';
import { TOPOLOGY } from './topology.ts';

/** Attempts asked for at once, of all destinations together; beyond it no new records are read. */
export const MAX_ATTEMPTS_UNDER_WAY = 1_024;

/** What the stage is made from. */
export interface ActivationStageDependencies {
  /** The destinations as this instance knows them at the moment of a decision. */
  readonly destinations: () => Destinations;
  /** Performs the attempts that the stage asks for. */
  readonly effector: Effector;
  readonly metrics: Pick<ActivationMetrics, 'queued' | 'ended'>;
}

/** Read this first: membership changes and retries become deliveries, whose attempts the effector performs. */
export function activationStage({ destinations, effector, metrics }: ActivationStageDependencies) {
  return defineStage({
    topology: TOPOLOGY,
    logic: deliver(destinations),
    tables: DELIVERY_TABLES,
    committed: (changes, outputs) => {
      metrics.queued(changes.reduce((sum, { before, after }) => sum + createdBetween(before, after), 0));
      for (const { value } of outputs) metrics.ended(value);
    },
    effector,
    limits: { effects: MAX_ATTEMPTS_UNDER_WAY },
  });
}
