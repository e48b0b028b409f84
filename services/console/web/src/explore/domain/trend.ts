import { quotePath, quoteText } from './quote.ts';

/** Lengths of time that a trend has a figure for. */
export const TREND_STEPS = ['hour', 'day', 'week', 'month'] as const;

/** What a trend can measure. */
export const TREND_MEASURES = ['count', 'people', 'sum'] as const;

/** How a figure changes with time. */
export interface Trend {
  /** Name of a track event; empty: events of every kind. */
  readonly event: string;
  readonly measure: (typeof TREND_MEASURES)[number];
  /** Path of the property that is added up, where the measure is a sum. */
  readonly sum_of: string;
  readonly step: (typeof TREND_STEPS)[number];
  readonly days: number;
  /** Path of a property whose values get a line each; empty: one line. */
  readonly by: string;
}

/** What a trend lacks. */
export type TrendFault = 'sum_of';

/** The largest groups that get a line of their own. */
const GROUPS = 8;

const STEP_OF: Readonly<Record<Trend['step'], string>> = {
  hour: 'toStartOfHour(timestamp)',
  day: 'toDate(timestamp)',
  week: 'toMonday(timestamp)',
  month: 'toStartOfMonth(timestamp)',
};

const MEMBERS = 'SELECT profile_id FROM hilo.segment_members WHERE segment = {segment:String}';

/** Only members of the segment that the parameter names, or everyone where it is empty; for what has surviving profiles. */
export const FOR_SEGMENT = `({segment:String} = '' OR profile_id IN (${MEMBERS}))`;

/**
 * The same for `hilo.event_rows`, where rows keep the profile of their record: members, and those that members absorbed. What
 * names no profile reads it ten times faster than `hilo.events`, which joins each row with its survivor.
 */
export const FOR_SEGMENT_IN_ROWS = [
  "({segment:String} = '' OR profile_id IN (",
  `      ${MEMBERS}`,
  `      UNION ALL SELECT profile_id FROM hilo.redirects WHERE survivor IN (${MEMBERS})))`,
].join('\n');

/** Where events are: with their surviving profiles, or as they were recorded. */
const TABLES = {
  events: { name: 'hilo.events', properties: 'properties', for_segment: FOR_SEGMENT },
  event_rows: { name: 'hilo.event_rows', properties: 'properties_json', for_segment: FOR_SEGMENT_IN_ROWS },
} as const;

/** What a trend lacks; null: it is complete. */
export function trendFault({ measure, sum_of }: Trend): TrendFault | null {
  return measure === 'sum' && sum_of.trim() === '' ? 'sum_of' : null;
}

/** The statement of a trend, to be read and changed by people. */
export function trendSql(trend: Trend): string {
  const { event, measure, sum_of, step, days } = trend;
  const by = trend.by.trim();
  const table = TABLES[measure === 'people' ? 'events' : 'event_rows'];
  const conditions = [
    ...(event === '' ? [] : [`event = ${quoteText(event)}`]),
    `timestamp >= toStartOfDay(now() - INTERVAL ${Math.max(1, Math.trunc(days))} DAY)`,
    table.for_segment,
  ];
  const where = `WHERE ${conditions.join('\n    AND ')}`;
  const time = `${STEP_OF[step]} AS time`;
  const [sql, name] = figure(measure, sum_of, table.properties);
  const plain = [`  ${time},`, `  ${sql} AS ${name}`, `FROM ${table.name}`, where, 'GROUP BY time', 'ORDER BY time'];
  if (by === '') return ['SELECT', ...plain].join('\n');
  // One look at the events: what is left of them are a few lines, whose places are worked out after.
  return [
    `SELECT time, value, ${name}`,
    'FROM',
    '(',
    `  SELECT time, value, ${name}, dense_rank() OVER (ORDER BY total DESC, value) AS place`,
    '  FROM',
    '  (',
    `    SELECT time, value, ${name}, sum(${name}) OVER (PARTITION BY value) AS total`,
    '    FROM',
    '    (',
    '      SELECT',
    `        ${time},`,
    `        ${valueOf(table.properties, by)} AS value,`,
    `        ${sql} AS ${name}`,
    `      FROM ${table.name}`,
    ...where.split('\n').map((line) => `      ${line}`),
    '      GROUP BY time, value',
    '    )',
    '  )',
    ')',
    `WHERE place <= ${GROUPS}`,
    'ORDER BY time, value',
  ].join('\n');
}

/** What is measured, with the name of its column. */
function figure(measure: Trend['measure'], sum_of: string, properties: string): readonly [sql: string, name: string] {
  if (measure === 'count') return ['count()', 'events'];
  if (measure === 'people') return ['uniqExact(profile_id)', 'people'];
  const property = quotePath(properties, sum_of.trim());
  return [`sum(toDecimal64OrZero(ifNull(${property}::Nullable(String), ''), 2))`, 'sum'];
}

/** The text of a property, whatever its type; empty where there is none. */
function valueOf(properties: string, path: string): string {
  return `ifNull(${quotePath(properties, path)}::Nullable(String), '')`;
}
