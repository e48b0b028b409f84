import { createLogger, PostgresChanges, openTracing, readOrExit, runService } from '@hilo/service';
import { connectLoader } from '@hilo/streaming';
import { ClickHouseBackfill } from './adapters/clickhouse-backfill.ts';
import { clickHouseClient } from './adapters/clickhouse-client.ts';
import { ClickHouseFigures } from './adapters/clickhouse-figures.ts';
import { ClickHouseHistoryReader } from './adapters/clickhouse-history-reader.ts';
import { ClickHouseSeen } from './adapters/clickhouse-seen.ts';
import { ClickHouseSink } from './adapters/clickhouse-sink.ts';
import { watchTables } from './adapters/clickhouse-sizes.ts';
import { ClickHouseStatements } from './adapters/clickhouse-statements.ts';
import { KafkaDeadLetters } from './adapters/kafka-dead-letters.ts';
import { kafkaLiveFeed } from './adapters/kafka-live-feed.ts';
import { readConfig } from './config.ts';
import { HistoryModule } from './history.module.ts';
import { openapi } from './http/openapi.ts';
import { LiveEvents } from './live-events.ts';
import { recordHistory } from './processors/record-history.ts';
import { TOPOLOGY } from './topology.ts';

const config = readOrExit(readConfig);
const logger = createLogger({ name: 'history', level: config.log_level });
const tracing = await openTracing({ service: 'history', instance: config.instance, logger });
// The stage stops after the HTTP side: each has its own client.
const reading = clickHouseClient(config);
watchTables(reading);
const sink = new ClickHouseSink(clickHouseClient(config));
const stage = connectLoader({
  ...config,
  topology: TOPOLOGY,
  logic: recordHistory,
  sink,
  logger,
  tracer: tracing.tracer,
  limits: { linger_ms: config.linger_ms, linger_max_ms: config.linger_max_ms },
});

const changes = new PostgresChanges({
  postgres_url: config.postgres_url,
  schema: 'history',
  onError: (error) => logger.warn({ err: error }, 'An idle connection to PostgreSQL was lost'),
});

const backfill = new ClickHouseBackfill(clickHouseClient(config), logger);

await runService({
  name: 'history',
  module: HistoryModule.of({
    reader: new ClickHouseHistoryReader(reading),
    figures: new ClickHouseFigures(reading),
    seen: new ClickHouseSeen(reading),
    live: new LiveEvents(kafkaLiveFeed({ ...config, logger })),
    dead_letters: new KafkaDeadLetters({ ...config, logger }),
    statements: new ClickHouseStatements(config),
  }),
  host: config.host,
  port: config.port,
  admin_token: config.admin_token,
  openapi,
  changes,
  logger,
  stages: { tracing, changes, backfill, history: stage },
});
