import { setTimeout as pause } from 'node:timers/promises';
import { createLogger, PostgresChanges, openApiOf, openTracing, readOrExit, runService } from '@hilo/service';
import { connectStage } from '@hilo/streaming';
import { ActivationModule } from './activation.module.ts';
import { KafkajsRetryLog } from './adapters/kafkajs-retry-log.ts';
import { PostgresDeliveries } from './adapters/postgres-deliveries.ts';
import { PostgresDestinations } from './adapters/postgres-destinations.ts';
import { httpSegmentKeys } from './adapters/http-segment-keys.ts';
import { postgresPool } from './adapters/postgres-pool.ts';
import { readConfig } from './config.ts';
import { DestinationEffector } from './destinations/effector.ts';
import { openTypes } from './destinations/types.ts';
import { contract } from './http/contract.ts';
import { activationMetrics, watchCircuits } from './metrics.ts';
import { deliver } from './processors/deliver.ts';
import { TOPOLOGY } from './topology.ts';
import { retryDeliveries } from './use-cases/retry-deliveries.ts';
import { saveDestination } from './use-cases/save-destination.ts';

/** Attempts asked for at once, for all destinations together; beyond this the stage reads no new records. */
const MAX_ATTEMPTS_UNDER_WAY = 1_024;

const config = readOrExit(readConfig);
const logger = createLogger({ name: 'activation', level: config.log_level });
const tracing = await openTracing({ service: 'activation', instance: config.instance, logger });
const metrics = activationMetrics();
const pool = postgresPool(config.postgres_url);
const store = new PostgresDestinations(pool, logger);
const deliveries = new PostgresDeliveries(pool, logger, metrics.waiting);
const retries = new KafkajsRetryLog({ ...config, logger });
const destinations = () => store.current();
const types = openTypes({ ...config, logger });
const effector = new DestinationEffector({
  types,
  destinations,
  metrics,
  concurrency: config.concurrency,
  timeout_ms: config.timeout_ms,
  limit: MAX_ATTEMPTS_UNDER_WAY,
  now_ms: () => Date.now(),
  monotonic_ms: () => performance.now(),
  tracer: tracing.tracer,
});
watchCircuits(() => effector.circuits());
const stage = connectStage(
  {
    topology: TOPOLOGY,
    logic: deliver({ destinations, ended: metrics.ended, queued: metrics.queued }),
    effector,
    limits: { effects: MAX_ATTEMPTS_UNDER_WAY },
  },
  { ...config, logger, tracer: tracing.tracer },
);

/** The shared connections stop last. */
const connections = {
  start: async () => undefined,
  ready: () => true,
  stop: async () => {
    await Promise.all([...types.values()].map((type) => type.close()));
    await retries.stop();
    await pool.end();
  },
};

await runService({
  name: 'activation',
  module: ActivationModule.of({
    destinations: store,
    deliveries,
    types,
    save: saveDestination({
      destinations: store,
      segments: httpSegmentKeys(config.segmentation_urls, config.admin_token),
    }),
    retry: retryDeliveries({ deliveries, log: retries, now_ms: () => Date.now(), pause }),
  }),
  host: config.host,
  port: config.port,
  admin_token: config.admin_token,
  openapi: openApiOf(contract),
  changes: new PostgresChanges(pool),
  logger,
  stages: { tracing, connections, destinations: store, deliveries, activation: stage },
});
