import { ask, askWhether, type Dashboard, number, plot, quantile, rate } from './panels.ts';

const commits = quantile(0.99, 'hilo_stage_batch_seconds', '{step="commit"}', 'stage');

/** Kafka as kafka-exporter and the stages report it. */
export const KAFKA: Dashboard = {
  uid: 'hilo-kafka',
  title: 'Hilo · Kafka',
  description:
    'Topics, consumer groups, and what sending costs. Needs kafka-exporter (docker compose --profile monitoring).',
  exporter: 'kafka',
  rows: [
    {
      title: 'Cluster',
      panels: [
        number('Brokers', 'none', 'That the exporter knows.', ask('kafka_brokers', '')),
        number(
          'Partitions with too few replicas',
          'none',
          'Until they catch up, the loss of a broker may stop writing.',
          ask('sum(kafka_topic_partition_under_replicated_partition)', ''),
          0,
        ),
        number(
          'Members',
          'none',
          'Instances in the consumer groups of Hilo.',
          ask('sum(kafka_consumergroup_members{consumergroup=~"hilo[.].+"})', ''),
        ),
        plot(
          'Records written',
          'cps',
          'By topic, whoever wrote them.',
          ask(
            'sum by (topic) (rate(kafka_topic_partition_current_offset{topic!~"__.+"}[$__rate_interval]))',
            '{{topic}}',
          ),
        ),
        plot(
          'Records kept',
          'short',
          'From the oldest to the newest, by topic.',
          ask(
            'sum by (topic) (kafka_topic_partition_current_offset{topic!~"__.+"}) - sum by (topic) (kafka_topic_partition_oldest_offset{topic!~"__.+"})',
            '{{topic}}',
          ),
        ),
        plot(
          'Lag by group, as the broker sees it',
          'short',
          'By the offsets that stages commit for tools; their checkpoints are the truth.',
          ask('sum by (consumergroup) (kafka_consumergroup_lag{consumergroup=~"hilo[.].+"})', '{{consumergroup}}'),
        ),
      ],
    },
    {
      title: 'As the stages report it',
      panels: [
        plot(
          'Lag by topic',
          'short',
          'Records not read.',
          ask('sum by (stage, topic) (hilo_stage_lag_records)', '{{stage}} {{topic}}'),
        ),
        plot(
          'Sending, 99 %',
          's',
          'Until all in-sync replicas have a batch’s outputs.',
          ask(quantile(0.99, 'hilo_stage_batch_seconds', '{step="produce"}', 'stage'), '{{stage}}'),
        ),
        plot(
          'Partitions owned',
          'none',
          'By stage and instance.',
          ask('hilo_stage_partitions', '{{stage}} {{instance}}'),
        ),
      ],
    },
  ],
};

/** PostgreSQL as postgres_exporter and the services report it. */
export const POSTGRES: Dashboard = {
  uid: 'hilo-postgres',
  title: 'Hilo · PostgreSQL',
  description: 'Commits, connections, cache, size. Needs postgres_exporter (docker compose --profile monitoring).',
  exporter: 'postgres',
  rows: [
    {
      title: 'Server',
      panels: [
        number('Up', 'none', 'The exporter reaches it.', ask('pg_up', '')),
        number('Connections', 'none', 'Open now.', ask('sum(pg_stat_database_numbackends)', '')),
        number('Maximum connections', 'none', 'max_connections.', ask('pg_settings_max_connections', '')),
        plot(
          'Transactions',
          'cps',
          'Committed and rolled back.',
          ask(rate('pg_stat_database_xact_commit{datname!~"template.+"}', 'datname'), '{{datname}}'),
          ask(rate('pg_stat_database_xact_rollback{datname!~"template.+"}', 'datname'), '{{datname}} rolled back'),
        ),
        plot(
          'Rows',
          'cps',
          'Inserted, updated, deleted.',
          ask(rate('pg_stat_database_tup_inserted{datname="hilo"}'), 'inserted'),
          ask(rate('pg_stat_database_tup_updated{datname="hilo"}'), 'updated'),
          ask(rate('pg_stat_database_tup_deleted{datname="hilo"}'), 'deleted'),
        ),
        plot(
          'Found in memory',
          'percentunit',
          'Share of pages that need no read from disk.',
          ask(
            'sum(rate(pg_stat_database_blks_hit[$__rate_interval])) / (sum(rate(pg_stat_database_blks_hit[$__rate_interval])) + sum(rate(pg_stat_database_blks_read[$__rate_interval])))',
            'hit',
          ),
        ),
        plot('Size', 'bytes', 'By database.', ask('pg_database_size_bytes{datname!~"template.+"}', '{{datname}}')),
        plot('Sessions', 'none', 'By what they do.', ask('sum by (state) (pg_stat_activity_count)', '{{state}}')),
        plot('Locks', 'none', 'By mode.', ask('sum by (mode) (pg_locks_count)', '{{mode}}')),
      ],
    },
    {
      title: 'As the services report it',
      panels: [
        plot(
          'Commits, 99 %',
          's',
          'One statement commits a batch: states, positions, outputs.',
          ask(commits, '{{stage}}'),
        ),
        plot(
          'Pools of the HTTP APIs',
          'none',
          'Connections in use.',
          ask('sum by (pool) (hilo_postgres_pool_connections{state="busy"})', '{{pool}}'),
        ),
        plot(
          'Waiting callers',
          'none',
          'For a connection of a pool.',
          ask('sum by (pool) (hilo_postgres_pool_waiting)', '{{pool}}'),
        ),
        plot(
          'Size by service',
          'bytes',
          'Tables and indexes of each schema; Operations in the console shows the largest tables.',
          ask('max by (schema) (hilo_postgres_schema_bytes)', '{{schema}}'),
        ),
      ],
    },
  ],
};

/** ClickHouse as it reports itself on its HTTP port, and as history reports it. */
export const CLICKHOUSE: Dashboard = {
  uid: 'hilo-clickhouse',
  title: 'Hilo · ClickHouse',
  description: 'Inserts, queries, parts and memory, from the server’s own /metrics.',
  rows: [
    {
      title: 'Server',
      panels: [
        number('Up', 'none', 'It answers.', ask('up{job="clickhouse"}', '')),
        number('Queries now', 'none', 'Running.', ask('ClickHouseMetrics_Query', '')),
        number(
          'Most parts of a partition',
          'none',
          'Inserts slow down at 1,000 and fail at 3,000. The embedded ClickHouse does not report it.',
          askWhether('ClickHouseAsyncMetrics_MaxPartCountForPartition', ''),
          1000,
        ),
        plot('Rows inserted', 'cps', 'Into all tables.', ask(rate('ClickHouseProfileEvents_InsertedRows'), 'rows')),
        plot(
          'Queries',
          'cps',
          'Selects, inserts, and those that failed.',
          ask(rate('ClickHouseProfileEvents_SelectQuery'), 'select'),
          ask(rate('ClickHouseProfileEvents_InsertQuery'), 'insert'),
          ask(rate('ClickHouseProfileEvents_FailedQuery'), 'failed'),
        ),
        plot(
          'Time in queries',
          'percentunit',
          'Seconds of queries in a second.',
          ask(`${rate('ClickHouseProfileEvents_QueryTimeMicroseconds')} / 1e6`, 'queries'),
        ),
        plot(
          'Memory',
          'bytes',
          'By its own accounting, and the process (the embedded one does not report it).',
          ask('ClickHouseMetrics_MemoryTracking', 'tracked'),
          askWhether('ClickHouseAsyncMetrics_MemoryResident', 'resident'),
        ),
        plot('Parts', 'short', 'In use, of all tables.', ask('ClickHouseMetrics_PartsActive', 'parts')),
        plot('Merges', 'none', 'Running in the background.', ask('ClickHouseMetrics_Merge', 'merges')),
        plot(
          'Rows kept',
          'short',
          'Of all MergeTree tables, including system tables. The embedded ClickHouse does not report it.',
          askWhether('ClickHouseAsyncMetrics_TotalRowsOfMergeTreeTables', 'rows'),
        ),
        plot(
          'Size',
          'bytes',
          'Of all MergeTree tables. The embedded ClickHouse does not report it.',
          askWhether('ClickHouseAsyncMetrics_TotalBytesOfMergeTreeTables', 'bytes'),
        ),
      ],
    },
    {
      title: 'As history reports it',
      panels: [
        plot(
          'Behind the stream',
          'short',
          'Records not loaded, by topic.',
          ask('sum by (topic) (hilo_stage_lag_records{stage="history"})', '{{topic}}'),
        ),
        plot(
          'Inserts, 99 %',
          's',
          'By table.',
          ask(quantile(0.99, 'hilo_history_insert_seconds', '', 'table'), '{{table}}'),
        ),
        plot(
          'Requests that fail',
          'cps',
          'Unavailable: it may work later.',
          askWhether(
            rate('hilo_clickhouse_request_duration_seconds_count{outcome!="ok"}', 'operation, outcome'),
            '{{operation}} {{outcome}}',
          ),
        ),
      ],
    },
  ],
};
