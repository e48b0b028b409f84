import { CALLERS } from './caller-panels.ts';
import { ask, askWhether, type Dashboard, number, type Panel, plot, quantile, rate, type Row } from './panels.ts';

/** A page for each service: the process, its HTTP server, its stage, and its own metrics. */
export const SERVICE_DASHBOARDS: readonly Dashboard[] = [
  service('ingestion', 'The ingest endpoint, and the verdict on every event.', stage('ingestion'), [
    plot(
      'Events at the ingest endpoint',
      'cps',
      'Taken, or faulty: those end as rejected.',
      ask(rate('hilo_ingestion_door_events_total', 'outcome'), '{{outcome}}'),
    ),
    plot(
      'Refused requests',
      'cps',
      'Nothing of them is kept; their sender gets the reason.',
      askWhether(rate('hilo_ingestion_refused_requests_total', 'reason'), '{{reason}}'),
    ),
    plot(
      'How events end',
      'cps',
      'By state and reason.',
      ask(rate('hilo_ingestion_ended_events_total', 'state, reason'), '{{state}} {{reason}}'),
    ),
    ...pool('ingestion'),
  ]),
  service('identity', 'Whose event is it?', stage('identity'), [
    plot(
      'Profiles',
      'cps',
      'Created, and merged into others.',
      ask(rate('hilo_identity_profiles_created_total'), 'created'),
      ask(rate('hilo_identity_merges_total'), 'merged'),
    ),
    plot(
      'Identifiers',
      'cps',
      'Linked for the first time, and set aside by a limit.',
      ask(rate('hilo_identity_links_total', 'type'), '{{type}}'),
      askWhether(rate('hilo_identity_set_aside_total', 'type'), '{{type}} set aside'),
    ),
    ...pool('identity'),
  ]),
  service('profile', 'What is known about a person.', stage('profile'), pool('profile')),
  service('segmentation', 'Who is in which segment, and until when.', stage('segmentation'), [
    plot(
      'Decisions',
      'cps',
      'Membership changes, by cause.',
      askWhether(rate('hilo_segmentation_decisions_total', 'status, reason'), '{{status}} by {{reason}}'),
    ),
    plot(
      'Decisions by time, lateness',
      's',
      'From the time at which a change was due.',
      askWhether(quantile(0.99, 'hilo_segmentation_time_decision_lag_seconds', ''), '99 %'),
    ),
    plot(
      'Wake-ups, lateness',
      's',
      'From the time at which a key was due.',
      askWhether(quantile(0.99, 'hilo_stage_timer_lag_seconds', '{stage="segmentation"}'), '99 %'),
    ),
    ...pool('segmentation'),
  ]),
  service('activation', 'Deliveries to other systems.', stage('activation'), [
    plot(
      'Deliveries',
      'cps',
      'Created, and ended.',
      ask(rate('hilo_activation_queued_deliveries_total'), 'made'),
      ask(rate('hilo_activation_deliveries_total', 'status, reason'), '{{status}} {{reason}}'),
    ),
    plot(
      'Requests',
      'cps',
      'By outcome.',
      askWhether(rate('hilo_activation_attempt_duration_seconds_count', 'outcome'), '{{outcome}}'),
    ),
    plot(
      'Requests, 99 %',
      's',
      'Time of one, by outcome.',
      askWhether(quantile(0.99, 'hilo_activation_attempt_duration_seconds', '', 'outcome'), '{{outcome}}'),
    ),
    plot(
      'Put off',
      'cps',
      'Attempts without a request: the destination is busy or has been failing.',
      askWhether(rate('hilo_activation_deferred_total', 'reason'), '{{reason}}'),
    ),
    plot(
      'Destinations',
      'none',
      '1: it fails.',
      askWhether('max by (destination) (hilo_activation_circuit_open)', '{{destination}}'),
    ),
    plot(
      'Oldest waiting delivery',
      's',
      'Each ends within a day.',
      ask('max(hilo_activation_oldest_delivery_seconds)', 'oldest'),
    ),
    ...pool('activation'),
  ]),
  service('history', 'Every fact becomes a row in ClickHouse.', stage('history'), [
    plot(
      'Rows inserted',
      'cps',
      'By table, repeats included.',
      ask(rate('hilo_history_rows_total', 'table'), '{{table}}'),
    ),
    plot(
      'Inserts, 99 %',
      's',
      'Time of one, by table.',
      ask(quantile(0.99, 'hilo_history_insert_seconds', '', 'table'), '{{table}}'),
    ),
    plot(
      'Requests to ClickHouse',
      'cps',
      'By how they ended.',
      ask(rate('hilo_clickhouse_request_duration_seconds_count', 'operation, outcome'), '{{operation}} {{outcome}}'),
    ),
    plot(
      'Requests in flight',
      'none',
      'Includes those that wait for a connection.',
      ask('sum by (operation) (hilo_clickhouse_requests_in_flight)', '{{operation}}'),
    ),
    plot(
      "People's statements",
      'cps',
      'From Explore, dashboards and programs, by outcome.',
      ask(rate('hilo_history_statements_total', 'outcome'), '{{outcome}}'),
    ),
    plot(
      'Statements now',
      'none',
      'Four run at a time per instance; the others wait for their turn.',
      ask('sum by (state) (hilo_history_statements_under_way)', '{{state}}'),
    ),
    plot(
      'Time of statements',
      's',
      'From the turn to the last row.',
      ask(quantile(0.5, 'hilo_history_statement_duration_seconds', ''), 'median'),
      ask(quantile(0.99, 'hilo_history_statement_duration_seconds', ''), '99 %'),
    ),
  ]),
  service('console', 'The web console, for people and their programs.', [], [...CALLERS, ...pool('console')]),
];

function service(name: string, description: string, stagePanels: readonly Panel[], own: readonly Panel[]): Dashboard {
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const rows: readonly Row[] = [
    { title: 'Instances', panels: instances(name) },
    { title: 'Its own', panels: own },
    { title: 'Stage', panels: stagePanels },
    { title: 'HTTP', panels: http(name) },
  ];
  return {
    uid: `hilo-${name}`,
    title: `Hilo · ${title}`,
    description,
    rows: rows.filter(({ panels }) => panels.length > 0),
  };
}

function instances(name: string): readonly Panel[] {
  const of = `{job="${name}"}`;
  return [
    number('Instances', 'none', 'That answer.', ask(`sum(up${of})`, '')),
    number('Ready', 'none', 'Instances that report ready.', ask(`sum(hilo_service_ready${of})`, '')),
    number(
      'Versions',
      'none',
      'More than one: an upgrade is in progress.',
      ask(`count(count by (version) (hilo_build_info${of}))`, ''),
      1,
    ),
    number(
      'Running since',
      's',
      'How long the youngest instance has run.',
      ask(`min(time() - process_start_time_seconds${of})`, ''),
    ),
    plot(
      'CPU',
      'percentunit',
      'Of one core; Node uses hardly more than one.',
      ask(rate(`process_cpu_seconds_total${of}`, 'instance'), '{{instance}}'),
    ),
    plot(
      'Memory',
      'bytes',
      'Resident, and V8’s used heap.',
      ask(`process_resident_memory_bytes${of}`, '{{instance}}'),
      ask(`nodejs_heap_size_used_bytes${of}`, '{{instance}} heap'),
    ),
    plot('Event loop', 's', 'Event loop delay, 99 %.', ask(`nodejs_eventloop_lag_p99_seconds${of}`, '{{instance}}')),
    plot(
      'Garbage collection',
      'percentunit',
      'Share of the time.',
      ask(rate(`nodejs_gc_duration_seconds_sum${of}`, 'kind'), '{{kind}}'),
    ),
  ];
}

function http(name: string): readonly Panel[] {
  const of = `{job="${name}"}`;
  return [
    plot('Requests', 'cps', 'By status.', ask(rate(`hilo_http_requests_total${of}`, 'status'), '{{status}}')),
    plot(
      'Requests by route',
      'cps',
      'By the pattern of the path.',
      ask(rate(`hilo_http_requests_total${of}`, 'method, route'), '{{method}} {{route}}'),
    ),
    plot(
      'Time of requests, 99 %',
      's',
      'By route.',
      ask(quantile(0.99, 'hilo_http_request_duration_seconds', of, 'route'), '{{route}}'),
    ),
  ];
}

function stage(name: string): readonly Panel[] {
  const of = `{stage="${name}"}`;
  const steps = plot(
    'Steps of a batch, 99 %',
    's',
    'Decode and fold are its own CPU; commit is PostgreSQL, produce Kafka.',
    ask(quantile(0.99, 'hilo_stage_batch_seconds', of, 'step'), '{{step}}'),
  );
  return [
    plot('Records read', 'cps', 'By topic.', ask(rate(`hilo_stage_records_total${of}`, 'topic'), '{{topic}}')),
    plot('Records written', 'cps', 'By topic.', ask(rate(`hilo_stage_outputs_total${of}`, 'topic'), '{{topic}}')),
    plot(
      'Lag',
      'short',
      'Records not read, by topic.',
      ask(`sum by (topic) (hilo_stage_lag_records${of})`, '{{topic}}'),
    ),
    plot(
      'Batches',
      'short',
      'Records in a batch, on average: more under load.',
      ask(`${rate(`hilo_stage_batch_records_sum${of}`)} / ${rate(`hilo_stage_batch_records_count${of}`)}`, 'records'),
    ),
    ...(name === 'history' ? [] : [steps]),
    plot(
      'Latency end to end',
      's',
      'From the receipt of an event to the commit.',
      ...(name === 'activation'
        ? [ask('max(hilo_stage_event_lag_seconds{stage="activation"})', 'event time')]
        : [
            ask(quantile(0.5, 'hilo_stage_latency_seconds', of), 'median'),
            ask(quantile(0.99, 'hilo_stage_latency_seconds', of), '99 %'),
          ]),
    ),
    plot('Partitions owned', 'none', 'By instance.', ask(`hilo_stage_partitions${of}`, '{{instance}}')),
    plot(
      'Inputs with nothing to do',
      'cps',
      'By reason.',
      askWhether(rate(`hilo_stage_drops_total${of}`, 'reason'), '{{reason}}'),
    ),
    plot(
      'Retries',
      'cps',
      'Conflict is normal; anything else means that a store is unavailable.',
      askWhether(rate(`hilo_stage_retries_total${of}`, 'reason'), '{{reason}}'),
    ),
  ];
}

function pool(name: string): readonly Panel[] {
  const of = `{pool="${name}"}`;
  return [
    plot(
      'PostgreSQL pool',
      'none',
      'Connections of the HTTP API; waiting callers mean that there are too few.',
      ask(`sum by (state) (hilo_postgres_pool_connections${of})`, '{{state}}'),
      ask(`sum(hilo_postgres_pool_max_connections${of})`, 'most'),
      ask(`sum(hilo_postgres_pool_waiting${of})`, 'waiting'),
    ),
  ];
}
