import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { RegistryCodec } from '@hilo/schemas';
import {
  type Runnable,
  createLogger,
  openApiOf,
  PostgresChanges,
  openTracing,
  readOrExit,
  runService,
  watchPool,
} from '@hilo/service';
import { connectStage } from '@hilo/streaming';
import { Pool } from 'pg';
import { KafkaEventLog } from './adapters/kafka-event-log.ts';
import { PostgresHousekeeping } from './adapters/postgres-housekeeping.ts';
import { PostgresRejections } from './adapters/postgres-rejections.ts';
import { PostgresSeenMessages } from './adapters/postgres-seen-messages.ts';
import { PostgresSources } from './adapters/postgres-sources.ts';
import { SourceCache } from './adapters/source-cache.ts';
import { readConfig } from './config.ts';
import { contract } from './http/contract.ts';
import { isDoor, prepareServer } from './http/prepare-server.ts';
import { IngestionModule } from './ingestion.module.ts';
import { doorMetrics, endMetrics } from './metrics.ts';
import { acceptEvents } from './processors/accept-events.ts';
import { type DoorParts, receiveEvents } from './processors/receive-events.ts';
import { replayRejected } from './processors/replay-rejected.ts';
import { TOPOLOGY } from './topology.ts';
import { warmUp } from './warm-up.ts';

const RECEIVED = TOPOLOGY.sources[0];

const config = readOrExit(readConfig);
const logger = createLogger({ name: 'ingestion', level: config.log_level });
const tracing = await openTracing({ service: 'ingestion', instance: config.instance, logger });
const pool = new Pool({ connectionString: config.postgres_url, options: '-c search_path=ingestion', max: 4 });
watchPool('ingestion', pool);
pool.on('error', (error) => logger.warn({ err: error }, 'An idle connection to PostgreSQL was lost'));
const store = new PostgresSources(pool);
const sources = new SourceCache(store, logger);
const codec = new RegistryCodec(config);
const log = new KafkaEventLog({
  brokers: config.kafka_brokers,
  security: config.kafka_security,
  topic: RECEIVED,
  client_id: 'hilo-ingestion-door',
  logger,
  partitions: config.partitions,
  deadline_ms: config.log_deadline_ms,
  waiting_records: config.waiting_events,
  waiting_bytes: config.waiting_bytes,
});
const sourceOf = (write_key: string) => sources.byWriteKey(write_key);
const parts: DoorParts = {
  log,
  sourceOf,
  encode: (event) => codec.encode(RECEIVED, event),
  metrics: doorMetrics(),
  now_ms: Date.now,
  new_id: randomUUID,
  body_bytes: config.body_bytes,
  tracer: tracing.tracer,
};
const door = receiveEvents(parts);
const rejections = new PostgresRejections(pool);
const replay = replayRejected({
  rejections,
  seen: new PostgresSeenMessages(pool),
  findSources: (keys) => store.find(keys),
  log,
  encode: parts.encode,
  now_ms: Date.now,
  pause,
});
const database: Runnable = { start: async () => undefined, stop: () => pool.end(), ready: () => true };
const schemas: Runnable = {
  start: async () => {
    await codec.prepare([RECEIVED]);
    await warmUp(parts);
  },
  stop: async () => undefined,
  ready: () => true,
};

const changes = new PostgresChanges({
  postgres_url: config.postgres_url,
  schema: 'ingestion',
  onError: (error) => logger.warn({ err: error }, 'An idle connection to PostgreSQL was lost'),
});

await runService({
  name: 'ingestion',
  module: IngestionModule.of({
    door,
    sourceOf,
    sources: store,
    knownSources: () => sources.known(),
    sourceStored: (source) => sources.put(source),
    rejections,
    replay,
  }),
  host: config.host,
  port: config.port,
  admin_token: config.admin_token,
  openapi: openApiOf(contract),
  changes,
  logger,
  prepare: prepareServer,
  lenient: isDoor,
  http: {
    body_bytes: config.body_bytes,
    request_timeout_ms: config.request_timeout_ms,
    trusted_proxies: config.trusted_proxies.filter((proxy) => proxy !== 'none'),
    joins_slashes: true,
  },
  stages: {
    tracing,
    changes,
    database,
    schemas,
    housekeeping: new PostgresHousekeeping(pool, logger),
    sources,
    log,
    ingestion: connectStage({
      ...config,
      topology: TOPOLOGY,
      logic: acceptEvents(sources, endMetrics()),
      logger,
      tracer: tracing.tracer,
    }),
  },
});
