import { describe, expect, it } from 'vitest';
import { reading } from '../testing/readings.ts';
import { operationsOf } from './operations.ts';

const NOW_MS = 1_760_000_000_000;

describe('the operations', () => {
  it('are dashes for an instance that says nothing', () => {
    const down = { ...reading('identity', 'a', 0), state: 'down' } as const;
    const { instances, stages, lags, postgres, clickhouse, sizes, oldest_delivery_s } = operationsOf([[down]], NOW_MS);
    expect(instances).toEqual([
      {
        ...{ service: 'identity', instance: 'a', state: 'down', version: null, node: null, uptime_s: null },
        ...{ memory_bytes: null, cpu: null, partitions: null },
      },
    ]);
    expect(stages).toHaveLength(6);
    expect(stages[1]).toEqual({
      ...{ stage: 'identity', event_lag_s: null, timer_due_s: null, timer_overdue_s: null, timers_fired: null },
      ...{ timer_late_p99_s: null, waiting_keys: null, waiting_s: null, gaps: [] },
      ...{ commit_p50_s: null, commit_p99_s: null },
    });
    expect([lags, postgres, clickhouse, oldest_delivery_s]).toEqual([[], [], [], null]);
    expect(sizes).toEqual({
      postgres: { bytes: null, connections: null, most_connections: null, schemas: [] },
      clickhouse: [],
    });
  });

  it('report which build a process runs, since when, and what it uses', () => {
    const lines = (cpuS: number) => [
      'hilo_build_info{service="identity",version="0.1.0",node="24.1.0"} 1',
      `process_start_time_seconds ${NOW_MS / 1000 - 90}`,
      'process_resident_memory_bytes 104857600',
      `process_cpu_seconds_total ${cpuS}`,
      'hilo_stage_partitions{stage="identity"} 4',
    ];
    const rounds = [[reading('identity', 'a', 1000, ...lines(5))], [reading('identity', 'a', 3000, ...lines(6))]];
    expect(operationsOf(rounds, NOW_MS)).toMatchObject({
      over_s: 2,
      instances: [
        { version: '0.1.0', node: '24.1.0', uptime_s: 90, memory_bytes: 104_857_600, cpu: 0.5, partitions: 4 },
      ],
    });
  });

  it('report the lag by topic and partition, the larger one where two instances report a partition', () => {
    const lag = (topic: string, partition: number, records: number) =>
      `hilo_stage_lag_records{stage="profile",topic="${topic}",partition="${partition}"} ${records}`;
    const now = [
      reading('profile', 'a', 0, lag('events.identified', 1, 3), lag('events.identified', 0, 4)),
      reading('profile', 'b', 0, lag('events.identified', 1, 5), lag('identity.merges', 10, 1)),
      reading('identity', 'a', 0, 'hilo_stage_lag_records{stage="identity",topic="events.accepted",partition="0"} 0'),
    ];
    expect(operationsOf([now], NOW_MS).lags).toEqual([
      { stage: 'identity', topic: 'events.accepted', records: 0, partitions: [{ partition: 0, records: 0 }] },
      {
        ...{ stage: 'profile', topic: 'events.identified', records: 9 },
        partitions: [
          { partition: 0, records: 4 },
          { partition: 1, records: 5 },
        ],
      },
      { stage: 'profile', topic: 'identity.merges', records: 1, partitions: [{ partition: 10, records: 1 }] },
    ]);
  });

  it('report the worst that an instance says of event time, timers, waiting keys and held partitions', () => {
    const lines = (seconds: number) => [
      `hilo_stage_event_lag_seconds{stage="segmentation"} ${seconds}`,
      `hilo_stage_wake_due_seconds{stage="segmentation"} ${seconds + 1}`,
      `hilo_stage_wake_overdue_seconds{stage="segmentation"} ${seconds + 2}`,
      `hilo_stage_waiting_keys{stage="segmentation"} ${seconds}`,
      `hilo_stage_waiting_seconds{stage="segmentation"} ${seconds + 3}`,
      `hilo_stage_gap{stage="segmentation",partition="${seconds}"} 1`,
    ];
    const now = [reading('segmentation', 'a', 0, ...lines(1)), reading('segmentation', 'b', 0, ...lines(2))];
    expect(operationsOf([now], NOW_MS).stages[3]).toMatchObject({
      ...{ event_lag_s: 2, timer_due_s: 3, timer_overdue_s: 4, waiting_keys: 3, waiting_s: 5, gaps: ['1', '2'] },
    });
  });

  it('count timers and time commits over the last minute', () => {
    const lines = (n: number) => [
      `hilo_stage_timer_lag_seconds_bucket{stage="segmentation",le="0.1"} ${n}`,
      `hilo_stage_timer_lag_seconds_bucket{stage="segmentation",le="+Inf"} ${n}`,
      `hilo_stage_timer_lag_seconds_count{stage="segmentation"} ${n}`,
      `hilo_stage_batch_seconds_bucket{stage="segmentation",step="commit",le="0.01"} ${n}`,
      `hilo_stage_batch_seconds_bucket{stage="segmentation",step="commit",le="+Inf"} ${n}`,
      `hilo_stage_batch_seconds_bucket{stage="segmentation",step="fold",le="0.01"} 0`,
      `hilo_stage_batch_seconds_bucket{stage="segmentation",step="fold",le="+Inf"} ${100 * n}`,
    ];
    const rounds = [[reading('segmentation', 'a', 0, ...lines(0))], [reading('segmentation', 'a', 1000, ...lines(10))]];
    const [, , , segmentation] = operationsOf(rounds, NOW_MS).stages;
    expect(segmentation).toMatchObject({ timers_fired: 10, commit_p50_s: 0.005 });
    expect(segmentation?.timer_late_p99_s).toBeCloseTo(0.099);
  });

  it('count dead letters and retries by reason, all and lately', () => {
    const lines = (n: number) => [
      `hilo_stage_dead_letters_total{stage="history",reason="undecodable"} ${n}`,
      'hilo_stage_retries_total{stage="history",reason="insert"} 0',
    ];
    const once = operationsOf([[reading('history', 'a', 0, ...lines(5))]], NOW_MS);
    expect(once.dead_letters).toEqual([{ stage: 'history', reason: 'undecodable', count: 5, lately: null }]);
    const rounds = [[reading('history', 'a', 0, ...lines(5))], [reading('history', 'a', 1000, ...lines(7))]];
    const twice = operationsOf(rounds, NOW_MS);
    expect(twice.dead_letters).toEqual([{ stage: 'history', reason: 'undecodable', count: 7, lately: 2 }]);
    expect(twice.retries).toEqual([]);
  });

  it('report how large the stores are, the largest first, once however many instances say it', () => {
    const server = (schema: string, connections: number) => [
      `hilo_postgres_database_bytes{schema="${schema}"} 9000`,
      `hilo_postgres_server_connections{schema="${schema}"} ${connections}`,
      `hilo_postgres_server_max_connections{schema="${schema}"} 100`,
    ];
    const profile = (bytes: number) => [
      ...server('profile', 7),
      `hilo_postgres_schema_bytes{schema="profile"} ${bytes + 5}`,
      `hilo_postgres_table_bytes{schema="profile",table="small"} 5`,
      `hilo_postgres_table_bytes{schema="profile",table="profile"} ${bytes}`,
    ];
    const history = ['events', 'merges'].flatMap((name, index) => [
      `hilo_clickhouse_table_rows{table="${name}"} ${index + 10}`,
      `hilo_clickhouse_table_bytes{table="${name}"} ${index + 100}`,
      `hilo_clickhouse_table_parts{table="${name}"} ${index + 1}`,
    ]);
    const now = [
      reading('console', 'a', 0, ...server('console', 8), 'hilo_postgres_schema_bytes{schema="console"} 6'),
      reading('profile', 'a', 0, ...profile(40)),
      reading('profile', 'b', 0, ...profile(50)),
      reading('history', 'a', 0, ...history),
    ];
    expect(operationsOf([now], NOW_MS).sizes).toEqual({
      postgres: {
        ...{ bytes: 9000, connections: 8, most_connections: 100 },
        schemas: [
          {
            ...{ schema: 'profile', bytes: 55 },
            tables: [
              { table: 'profile', bytes: 50 },
              { table: 'small', bytes: 5 },
            ],
          },
          { schema: 'console', bytes: 6, tables: [] },
        ],
      },
      clickhouse: [
        { table: 'merges', rows: 11, bytes: 101, parts: 2 },
        { table: 'events', rows: 10, bytes: 100, parts: 1 },
      ],
    });
  });

  it('report the pools, ClickHouse and deliveries', () => {
    const lines = (n: number) => [
      'hilo_postgres_pool_connections{pool="deliveries",state="idle"} 3',
      'hilo_postgres_pool_connections{pool="deliveries",state="busy"} 1',
      'hilo_postgres_pool_max_connections{pool="deliveries"} 5',
      'hilo_postgres_pool_waiting{pool="deliveries"} 2',
      'hilo_clickhouse_requests_in_flight{operation="insert"} 1',
      `hilo_clickhouse_request_duration_seconds_count{operation="insert",outcome="ok"} ${n}`,
      `hilo_clickhouse_request_duration_seconds_count{operation="insert",outcome="away"} ${n / 2}`,
      `hilo_clickhouse_request_duration_seconds_bucket{operation="insert",outcome="ok",le="1"} ${n}`,
      `hilo_clickhouse_request_duration_seconds_bucket{operation="insert",outcome="ok",le="+Inf"} ${n}`,
      'hilo_activation_circuit_open{destination="crm"} 1',
      'hilo_activation_circuit_open{destination="mail"} 0',
      'hilo_activation_waiting_deliveries 12',
      'hilo_activation_oldest_delivery_seconds 60',
    ];
    const rounds = [[reading('activation', 'a', 0, ...lines(0))], [reading('activation', 'a', 1000, ...lines(4))]];
    expect(operationsOf(rounds, NOW_MS)).toMatchObject({
      postgres: [{ service: 'activation', instance: 'a', pool: 'deliveries', busy: 1, idle: 3, most: 5, waiting: 2 }],
      clickhouse: [{ operation: 'insert', in_flight: 1, requests: 6, failed: 2, p50_s: 0.5, p99_s: 0.99 }],
      ...{ open_circuits: ['crm'], waiting_deliveries: 12, oldest_delivery_s: 60 },
    });
  });
});
