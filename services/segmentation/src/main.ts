import { createLogger, openApiOf, PostgresChanges, openTracing, readOrExit, runService } from '@hilo/service';
import { connectStage } from '@hilo/streaming';
import { KafkajsDefinitionWriter } from './adapters/kafkajs-definition-writer.ts';
import { PostgresSegmentStore } from './adapters/postgres-segment-store.ts';
import { countDecisions } from './adapters/prometheus-decisions.ts';
import { readConfig } from './config.ts';
import { contract } from './http/contract.ts';
import { decideMembership } from './processors/decide-membership.ts';
import { DefinitionPublisher } from './publish-definitions.ts';
import { SegmentationModule } from './segmentation.module.ts';
import { TOPOLOGY } from './topology.ts';

const config = readOrExit(readConfig);
const logger = createLogger({ name: 'segmentation', level: config.log_level });
const tracing = await openTracing({ service: 'segmentation', instance: config.instance, logger });

const store = new PostgresSegmentStore({
  url: config.postgres_url,
  onError: (error) => logger.warn({ err: error }, 'An idle database connection ended'),
});
const writer = new KafkajsDefinitionWriter({ ...config, logger });
const publisher = new DefinitionPublisher({ store, writer, logger });
const stage = connectStage({
  ...config,
  topology: TOPOLOGY,
  logic: countDecisions(decideMembership(config.time_zone)),
  logger,
  tracer: tracing.tracer,
});

const changes = new PostgresChanges({
  postgres_url: config.postgres_url,
  schema: 'segmentation',
  onError: (error) => logger.warn({ err: error }, 'An idle connection to PostgreSQL was lost'),
});

await runService({
  name: 'segmentation',
  module: SegmentationModule.of({ store, publisher, origins: stage.origins, partitions: config.partitions }),
  host: config.host,
  port: config.port,
  admin_token: config.admin_token,
  openapi: openApiOf(contract),
  changes,
  logger,
  stages: {
    tracing,
    changes,
    store: { start: async () => undefined, stop: () => store.close(), ready: () => true },
    stage,
    publisher,
  },
});
