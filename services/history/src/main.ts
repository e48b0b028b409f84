import { openApiOf, openPool, openService, openTracing, PostgresChanges, runService } from '@hilo/service';
import { connectStage } from '@hilo/streaming';
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
import { contract } from './http/contract.ts';
import { historyStage } from './stage.ts';
import { LiveEvents } from './use-cases/live-events.ts';

const { config, ...service } = openService('history', readConfig);
const { logger } = service;
const tracing = await openTracing({ service: 'history', instance: config.instance, logger });
const { tracer } = tracing;
const pool = openPool({ ...config, schema: 'history', logger });
// The stage stops after the HTTP side: each has its own client.
const reading = clickHouseClient(config);
watchTables(reading);
const statements = new ClickHouseStatements(config);
const sink = new ClickHouseSink(clickHouseClient(config));
const stage = connectStage(historyStage({ sink, ...config }), { ...config, logger, tracer });

await runService({
  ...service,
  module: HistoryModule.of({
    reader: new ClickHouseHistoryReader(reading),
    figures: new ClickHouseFigures(reading),
    seen: new ClickHouseSeen(reading),
    live: new LiveEvents(kafkaLiveFeed({ ...config, logger })),
    dead_letters: new KafkaDeadLetters({ ...config, logger }),
    statements,
  }),
  openapi: openApiOf(contract),
  changes: new PostgresChanges(pool, service),
  stages: {
    tracing,
    database: { stop: () => pool.end() },
    clickhouse: { stop: () => reading.close() },
    statements: { stop: () => statements.close() },
    backfill: new ClickHouseBackfill(clickHouseClient(config), logger),
    history: stage,
  },
});
