import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { RegistryCodec } from '@hilo/schemas';
import { openApiOf, openPool, openService, openTracing, PostgresChanges, runService } from '@hilo/service';
import { connectStage } from '@hilo/streaming';
import { KafkaEventLog } from './adapters/kafka-event-log.ts';
import { PostgresHousekeeping } from './adapters/postgres-housekeeping.ts';
import { PostgresLists } from './adapters/postgres-lists.ts';
import { PostgresRejections } from './adapters/postgres-rejections.ts';
import { PostgresSeenMessages } from './adapters/postgres-seen-messages.ts';
import { PostgresSources } from './adapters/postgres-sources.ts';
import { SourceCache } from './adapters/source-cache.ts';
import { readConfig } from './config.ts';
import { contract } from './http/contract.ts';
import { isTrackingPath, prepareServer } from './http/prepare-server.ts';
import { IngestionModule } from './ingestion.module.ts';
import { ingestEndpointMetrics, stageMetrics } from './metrics.ts';
import { ingestionStage } from './stage.ts';
import { type IngestEndpointDependencies, receiveEvents } from './use-cases/receive-events.ts';
import { replayRejected } from './use-cases/replay-rejected.ts';
import { sendListEntries } from './use-cases/send-list-entries.ts';
import { warmUp } from './use-cases/warm-up.ts';

const RECEIVED = 'events.received';
/** Housekeeping may go over a lot of rows; nothing else takes long. */
const HOUSEKEEPING_MS = 600_000;

const { config, ...service } = openService('ingestion', readConfig);
const { logger } = service;
const tracing = await openTracing({ service: 'ingestion', instance: config.instance, logger });
const { tracer } = tracing;
const pool = openPool({ ...config, schema: 'ingestion', logger, queryTimeoutMs: HOUSEKEEPING_MS });
const store = new PostgresSources(pool);
const sources = new SourceCache(store, logger);
const codec = new RegistryCodec(config);
const log = new KafkaEventLog({
  brokers: config.kafkaBrokers,
  security: config.kafkaSecurity,
  topic: RECEIVED,
  client_id: 'hilo-ingestion-door',
  logger,
  partitions: config.partitions,
  deadlineMs: config.logDeadlineMs,
  waitingRecords: config.waitingEvents,
  waitingBytes: config.waitingBytes,
});
const dependencies: IngestEndpointDependencies = {
  log,
  sourceOf: (write_key) => sources.byWriteKey(write_key),
  encode: (event) => codec.encode(RECEIVED, event),
  metrics: ingestEndpointMetrics(),
  nowMs: Date.now,
  newId: randomUUID,
  bodyBytes: config.bodyBytes,
  tracer,
};
const rejections = new PostgresRejections(pool);
const stage = connectStage(ingestionStage({ sources, metrics: stageMetrics() }), { ...config, logger, tracer });

await runService({
  ...service,
  module: IngestionModule.of({
    endpoint: receiveEvents(dependencies),
    sourceOf: dependencies.sourceOf,
    sources: store,
    knownSources: () => sources.known(),
    sourceStored: (source) => sources.put(source),
    rejections,
    lists: new PostgresLists(pool),
    sendListEntries: sendListEntries(dependencies),
    identifiersInUrls: config.identifiersInUrls,
    replay: replayRejected({
      ...dependencies,
      rejections,
      seen: new PostgresSeenMessages(pool),
      findSources: (keys) => store.find(keys),
      pause,
    }),
  }),
  openapi: openApiOf(contract),
  changes: new PostgresChanges(pool, service),
  prepare: prepareServer,
  lenient: isTrackingPath,
  http: {
    bodyBytes: config.bodyBytes,
    requestTimeoutMs: config.requestTimeoutMs,
    trustedProxies: config.trustedProxies,
    joinsSlashes: true,
  },
  stages: {
    tracing,
    database: { stop: () => pool.end() },
    schemas: { start: () => codec.prepare([RECEIVED]) },
    warmUp: { start: () => warmUp(dependencies) },
    housekeeping: new PostgresHousekeeping(pool, logger),
    sources,
    log,
    ingestion: stage,
  },
});
