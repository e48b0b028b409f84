import { openApiOf, openPool, openService, openTracing, PostgresChanges, runService } from '@hilo/service';
import { connectStage } from '@hilo/streaming';
import { ClickHouseMemberships } from './adapters/clickhouse-memberships.ts';
import { ClickHousePastEvents } from './adapters/clickhouse-past-events.ts';
import { ClickHousePreviews } from './adapters/clickhouse-previews.ts';
import { ClickHouseRecordedProfiles } from './adapters/clickhouse-recorded-profiles.ts';
import { KafkajsBackfillLog } from './adapters/kafkajs-backfill-log.ts';
import { KafkajsDefinitionWriter } from './adapters/kafkajs-definition-writer.ts';
import { PostgresBackfills } from './adapters/postgres-backfills.ts';
import { PostgresCommittedProfiles } from './adapters/postgres-committed-profiles.ts';
import { PostgresProfileStates } from './adapters/postgres-profile-states.ts';
import { PostgresSegmentStore } from './adapters/postgres-segment-store.ts';
import { PostgresVerifications } from './adapters/postgres-verifications.ts';
import { readConfig } from './config.ts';
import { contract } from './http/contract.ts';
import { segmentationMetrics, showDifferences } from './metrics.ts';
import { SegmentationModule } from './segmentation.module.ts';
import { segmentationStage } from './stage.ts';
import { BackfillRunner } from './use-cases/run-backfills.ts';
import { DefinitionPublisher } from './use-cases/publish-definitions.ts';
import { VerifyInTurns } from './use-cases/verify-in-turns.ts';
import { VerifyMemberships } from './use-cases/verify-memberships.ts';

const { config, ...service } = openService('segmentation', readConfig);
const { logger } = service;
const tracing = await openTracing({ service: 'segmentation', instance: config.instance, logger });
const { tracer } = tracing;
const { partitions } = config;
const pool = openPool({ ...config, schema: 'segmentation', logger });
const store = new PostgresSegmentStore(pool);
const writer = new KafkajsDefinitionWriter({ ...config, logger });
const publisher = new DefinitionPublisher({ store, writer, logger });
const backfills = new PostgresBackfills(pool);
const log = new KafkajsBackfillLog({ ...config, logger });
const past = new ClickHousePastEvents(config);
const backfilling = new BackfillRunner({
  ...{ backfills, publisher, logger, around: { log, past, zone: config.time_zone, partitions } },
  recordsPerSecond: config.backfillRecordsPerSecond,
});
const previews = new ClickHousePreviews({ ...config, zone: config.time_zone });
const memberships = new ClickHouseMemberships({ ...config, zone: config.time_zone });
const states = new PostgresProfileStates(pool, partitions);
const recorded = new ClickHouseRecordedProfiles({ ...config, zone: config.time_zone });
const verify = new VerifyMemberships({ committed: new PostgresCommittedProfiles(pool, config.time_zone), recorded });
const verifications = new PostgresVerifications(pool);
const turns = new VerifyInTurns({ verify, verifications, partitions, intervalMs: config.verifyEveryS * 1_000, logger });
showDifferences(verifications);
const stage = connectStage(segmentationStage({ zone: config.time_zone, metrics: segmentationMetrics() }), {
  ...config,
  logger,
  tracer,
});

await runService({
  ...service,
  module: SegmentationModule.of({
    ...{ store, backfills, previews, states, publisher, partitions, zone: config.time_zone },
    ...{ events: memberships, history: memberships, origins: stage.origins, verify, verifications },
  }),
  openapi: openApiOf(contract),
  changes: new PostgresChanges(pool, service),
  stages: {
    ...{ tracing, database: { stop: () => pool.end() }, previews, memberships, recorded },
    ...{ segmentation: stage, publisher, backfilling, turns },
  },
});
