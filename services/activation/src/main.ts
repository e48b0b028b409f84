import { setTimeout as pause } from 'node:timers/promises';
import {
  openApiOf,
  openPool,
  openService,
  openTracing,
  PostgresChanges,
  runService,
  SignedTokens,
} from '@hilo/service';
import { connectStage } from '@hilo/streaming';
import { ActivationModule } from './activation.module.ts';
import { httpSegmentKeys } from './adapters/http-segment-keys.ts';
import { KafkajsRetryLog } from './adapters/kafkajs-retry-log.ts';
import { PostgresDeliveries } from './adapters/postgres-deliveries.ts';
import { PostgresDestinations } from './adapters/postgres-destinations.ts';
import { readConfig } from './config.ts';
import { DestinationEffector } from './destinations/effector.ts';
import { openTypes } from './destinations/types.ts';
import { contract } from './http/contract.ts';
import { activationMetrics, watchCircuits } from './metrics.ts';
import { activationStage, MAX_ATTEMPTS_UNDER_WAY } from './stage.ts';
import { retryDeliveries } from './use-cases/retry-deliveries.ts';
import { saveDestination } from './use-cases/save-destination.ts';

const { config, ...service } = openService('activation', readConfig);
const { logger } = service;
const tracing = await openTracing({ service: 'activation', instance: config.instance, logger });
const { tracer } = tracing;
const { concurrency, timeoutMs } = config;
const metrics = activationMetrics();
const pool = openPool({ ...config, schema: 'activation', logger });
const destinations = new PostgresDestinations(pool, logger);
const deliveries = new PostgresDeliveries(pool, logger, metrics.waiting);
const retries = new KafkajsRetryLog({ ...config, logger });
const types = openTypes({ ...config, logger });
const effector = new DestinationEffector({
  ...{ types, metrics, concurrency, timeoutMs, tracer, limit: MAX_ATTEMPTS_UNDER_WAY },
  destinations: () => destinations.current(),
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
});
watchCircuits(() => effector.circuits());
const stage = connectStage(activationStage({ destinations: () => destinations.current(), effector, metrics }), {
  ...config,
  logger,
  tracer,
});

/** The shared connections stop last. */
const connections = {
  stop: async () => {
    await Promise.all([...types.values()].map((type) => type.close()));
    await retries.stop();
    await pool.end();
  },
};

await runService({
  ...service,
  module: ActivationModule.of({
    ...{ destinations, deliveries, types },
    save: saveDestination({
      destinations,
      segments: httpSegmentKeys(config.segmentationUrls, new SignedTokens('activation', config.serviceKey)),
    }),
    retry: retryDeliveries({ deliveries, log: retries, nowMs: () => Date.now(), pause }),
  }),
  openapi: openApiOf(contract),
  changes: new PostgresChanges(pool, service),
  stages: { tracing, connections, destinations, deliveries, activation: stage },
});
