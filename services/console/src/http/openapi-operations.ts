import { object, seconds, text } from './openapi-schemas.ts';

const count = { type: 'integer', minimum: 0 } as const;
const known = { type: ['number', 'null'], description: 'Null where nobody says it, or not yet.' } as const;
const known_text = { type: ['string', 'null'] } as const;
const listOf = (items: unknown) => ({ type: 'array', items });
const reasons = listOf(
  object({
    stage: text,
    reason: text,
    count: { ...count, description: 'Since the processes were started.' },
    lately: { ...known, description: 'In the last minute; null until it is known.' },
  }),
);

/** How everything runs, for those who run it; the metrics that it is made from are in docs/metrics.md. */
export const operations = object({
  at: { type: 'string', format: 'date-time' },
  over_s: {
    ...count,
    description: 'Seconds that "the last minute" spans: fewer while nobody has looked for a minute.',
  },
  instances: listOf(
    object({
      service: text,
      instance: text,
      state: { enum: ['ready', 'starting', 'down'] },
      version: known_text,
      node: known_text,
      uptime_s: seconds,
      memory_bytes: known,
      cpu: { ...known, description: 'Seconds of processor time a second, over the last minute.' },
      partitions: { ...known, description: 'Partitions that it owns.' },
    }),
  ),
  stages: listOf(
    object({
      stage: text,
      event_lag_s: { ...seconds, description: 'How long ago the newest event of the last batch had happened.' },
      timer_due_s: { ...seconds, description: 'How long the oldest timer that is due has waited.' },
      timer_overdue_s: { ...seconds, description: 'The same, of those whose inputs are read.' },
      timers_fired: { ...known, description: 'In the last minute.' },
      timer_late_p99_s: seconds,
      waiting_keys: { ...known, description: 'Merged keys that wait for a hand-over.' },
      waiting_s: seconds,
      gaps: { ...listOf(text), description: 'Partitions that are held because a record is missing.' },
      commit_p50_s: { ...seconds, description: 'Time of a commit, in the last minute.' },
      commit_p99_s: seconds,
    }),
  ),
  lags: listOf(
    object({
      stage: text,
      topic: text,
      records: { ...count, description: 'Records not yet read.' },
      partitions: listOf(object({ partition: count, records: count })),
    }),
  ),
  dead_letters: reasons,
  retries: reasons,
  postgres: listOf(
    object({ service: text, instance: text, pool: text, busy: count, idle: count, most: known, waiting: count }),
  ),
  clickhouse: listOf(
    object({
      operation: { enum: ['insert', 'query'] },
      in_flight: count,
      requests: { ...known, description: 'Ended in the last minute.' },
      failed: known,
      p50_s: seconds,
      p99_s: seconds,
    }),
  ),
  sizes: object({
    postgres: object({
      bytes: { ...known, description: 'Of the whole database, on disk.' },
      connections: { ...known, description: 'Open at the server, of everybody.' },
      most_connections: { ...known, description: 'That the server takes.' },
      schemas: {
        ...listOf(
          object({
            schema: text,
            bytes: count,
            tables: {
              ...listOf(object({ table: text, bytes: count })),
              description: 'The ten largest, with their indexes.',
            },
          }),
        ),
        description: 'What each service stores, the largest first, as it says once in 30 s.',
      },
    }),
    clickhouse: {
      ...listOf(object({ table: text, rows: count, bytes: count, parts: count })),
      description: 'Tables of the history, the largest first; compressed bytes on disk.',
    },
  }),
  open_circuits: { ...listOf(text), description: 'Destinations that get single requests at most, because they fail.' },
  waiting_deliveries: known,
  oldest_delivery_s: seconds,
});
