import { quoteText } from './quote.ts';

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

/** The start of an event's step, in a time zone. Hours are in UTC: a zone has one of them twice a year. */
const STEP_OF: Readonly<Record<Trend['step'], (zone: string) => string>> = {
  hour: (zone) => `toTimeZone(toStartOfHour(timestamp, ${zone}), 'UTC')`,
  day: (zone) => `toDate(timestamp, ${zone})`,
  week: (zone) => `toMonday(timestamp, ${zone})`,
  month: (zone) => `toStartOfMonth(timestamp, ${zone})`,
};

/** The start of the day some days ago, in a zone. */
export function daysAgo(days: number, zone: string): string {
  return `toStartOfDay(now(${quoteText(zone)}) - INTERVAL ${Math.max(1, Math.trunc(days))} DAY)`;
}

const forMembers = (profile_key: string) =>
  `({segment:String} = '' OR ${profile_key} IN (SELECT profile_key FROM hilo.members_of(segment = {segment:String})))`;

/** Only members of the parameter's segment, or everyone if it is empty; for tables with surviving profiles. */
export const FOR_SEGMENT = forMembers('profile_key');

/**
 * The same for `hilo.event_rows`, where rows keep their record's profile: members, and those that members absorbed. A
 * statement without profiles reads it ten times faster than `hilo.events`, which joins each row with its survivor.
 */
export const FOR_SEGMENT_IN_ROWS = [
  "({segment:String} = '' OR profile_key IN (",
  '      SELECT recorded_profile_key FROM hilo.recorded_members_of(segment = {segment:String})))',
].join('\n');

/** The surviving profile of a row of {@link ROWS_OF_PEOPLE}. */
export const SURVIVOR = "coalesce(nullIf(r.survivor, ''), e.profile_id)";

/** Its number, to count and group people by (ADR 19). */
export const SURVIVOR_KEY = 'coalesce(nullIf(r.survivor_key, 0), e.profile_key)';

/** Events with their surviving profiles, as `hilo.events`, which joins by the longer ids. */
export const ROWS_OF_PEOPLE =
  'hilo.event_rows AS e\nLEFT ANY JOIN hilo.redirects AS r ON r.profile_key = e.profile_key';

/** {@link FOR_SEGMENT}, for {@link ROWS_OF_PEOPLE}. */
export const FOR_SEGMENT_OF_PEOPLE = forMembers(SURVIVOR_KEY);

/** What a trend lacks; null: it is complete. */
export function trendFault({ measure, sum_of }: Trend): TrendFault | null {
  return measure === 'sum' && sum_of.trim() === '' ? 'sum_of' : null;
}

/** The statement of a trend in the days of a zone, to be read and changed by people. */
export function trendSql(trend: Trend, zone: string): string {
  const { event, measure, sum_of, step, days } = trend;
  const by = trend.by.trim();
  const [table, forSegment] =
    measure === 'people' ? [ROWS_OF_PEOPLE, FOR_SEGMENT_OF_PEOPLE] : ['hilo.event_rows', FOR_SEGMENT_IN_ROWS];
  const conditions = [
    ...(event === '' ? [] : [`event = ${quoteText(event)}`]),
    `timestamp >= ${daysAgo(days, zone)}`,
    forSegment,
  ];
  const where = `WHERE ${conditions.join('\n    AND ')}`;
  const time = `${STEP_OF[step](quoteText(zone))} AS ${step}`;
  const [sql, name] = figure(measure, sum_of);
  const plain = [`  ${time},`, `  ${sql} AS ${name}`, `FROM ${table}`, where, `GROUP BY ${step}`, `ORDER BY ${step}`];
  if (by === '') return ['SELECT', ...plain].join('\n');
  // Reads the events once: a few lines are left, whose places are computed afterwards.
  return [
    `SELECT ${step}, value, ${name}`,
    'FROM',
    '(',
    `  SELECT ${step}, value, ${name}, dense_rank() OVER (ORDER BY total DESC, value) AS place`,
    '  FROM',
    '  (',
    `    SELECT ${step}, value, ${name}, sum(${name}) OVER (PARTITION BY value) AS total`,
    '    FROM',
    '    (',
    '      SELECT',
    `        ${time},`,
    `        ${valueOf(by)} AS value,`,
    `        ${sql} AS ${name}`,
    ...`FROM ${table}\n${where}`.split('\n').map((line) => `      ${line}`),
    `      GROUP BY ${step}, value`,
    '    )',
    '  )',
    ')',
    `WHERE place <= ${GROUPS}`,
    `ORDER BY ${step}, value`,
  ].join('\n');
}

/** What is measured, with the name of its column. */
function figure(measure: Trend['measure'], sum_of: string): readonly [sql: string, name: string] {
  if (measure === 'count') return ['count()', 'events'];
  if (measure === 'people') return [`uniqExact(${SURVIVOR_KEY})`, 'people'];
  const property = `property_values[${quoteText(sum_of.trim())}].number`;
  return [`round(sum(ifNull(toDecimal256(${property}, 18), 0)), 2)`, 'sum'];
}

/** The text of a property, whatever its type; empty where there is none. */
function valueOf(path: string): string {
  return `property_values[${quoteText(path)}].text`;
}
