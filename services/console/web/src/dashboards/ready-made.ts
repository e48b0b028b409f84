import { FOR_SEGMENT, FOR_SEGMENT_IN_ROWS } from '../explore/domain/trend.ts';
import type { View } from '../explore/exploration-api.ts';

/** A tile of a ready-made dashboard; its title is a text of `dashboardMessages`. */
export interface ReadyTile {
  readonly title:
    | 'revenue30'
    | 'orders30'
    | 'revenueByDay'
    | 'ordersByMonth'
    | 'products'
    | 'customers30'
    | 'newcomers30'
    | 'countries'
    | 'segmentSizes'
    | 'membershipByDay'
    | 'customersByOrders'
    | 'best'
    | 'eventsLastHour'
    | 'eventsByMinute'
    | 'eventsBySource'
    | 'rejectedByReason'
    | 'deliveriesByHour'
    | 'destinations';
  readonly sql: string;
  readonly view: View;
  readonly width: 1 | 2;
}

/** A dashboard that is there from the start, for everybody. */
export interface ReadyDashboard {
  readonly id: ReadyDashboardId;
  readonly refreshSeconds: number;
  readonly tiles: readonly ReadyTile[];
}

/** Names of the dashboards that are there from the start. */
export const READY_DASHBOARD_IDS = ['sales', 'customers', 'pipeline'] as const;

/** Name of a dashboard that is there from the start. */
export type ReadyDashboardId = (typeof READY_DASHBOARD_IDS)[number];

/** Money, exact; a text that is no number counts as nothing. */
const REVENUE = "toDecimal64OrZero(ifNull(properties_json.revenue::Nullable(String), ''), 2)";
const lastDays = (days: number) => `timestamp >= toStartOfDay(now() - INTERVAL ${days} DAY)`;
const orderRows = (days: number) => `event = 'Order Completed'\n  AND ${lastDays(days)}\n  AND ${FOR_SEGMENT_IN_ROWS}`;

/**
 * People: rows are counted by the profile of their record first, and only what is left of them is joined with the survivors;
 * `hilo.events` joins every row.
 */
const SURVIVOR = "coalesce(nullIf(r.survivor, ''), o.profile_id)";
const WITH_SURVIVORS = 'LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = o.profile_id';

const SALES: ReadyDashboard = {
  id: 'sales',
  refreshSeconds: 30,
  tiles: [
    {
      title: 'revenue30',
      view: 'number',
      width: 1,
      sql: `SELECT sum(${REVENUE}) AS revenue\nFROM hilo.event_rows\nWHERE ${orderRows(30)}`,
    },
    {
      title: 'orders30',
      view: 'number',
      width: 1,
      sql: `SELECT count() AS orders\nFROM hilo.event_rows\nWHERE ${orderRows(30)}`,
    },
    {
      title: 'revenueByDay',
      view: 'line',
      width: 2,
      sql: `SELECT
  toDate(timestamp) AS day,
  sumIf(${REVENUE}, event = 'Order Completed') AS revenue,
  sumIf(${REVENUE}, event = 'Order Refunded') AS refunded
FROM hilo.event_rows
WHERE event IN ('Order Completed', 'Order Refunded')
  AND ${lastDays(90)}
  AND ${FOR_SEGMENT_IN_ROWS}
GROUP BY day
ORDER BY day`,
    },
    {
      title: 'ordersByMonth',
      view: 'bars',
      width: 1,
      sql: `SELECT toStartOfMonth(timestamp) AS month, count() AS orders\nFROM hilo.event_rows\nWHERE ${orderRows(365)}\nGROUP BY month\nORDER BY month`,
    },
    {
      title: 'products',
      view: 'bars',
      width: 1,
      sql: `SELECT product.1 AS name, toUInt64(sum(product.2)) AS sold
FROM
(
  SELECT arrayJoin(arrayZip(
    properties_json.products[].name::Array(Nullable(String)), properties_json.products[].quantity::Array(Float64))) AS product
  FROM hilo.event_rows
  WHERE ${orderRows(90).replaceAll('\n', '\n  ')}
)
GROUP BY name
ORDER BY sold DESC
LIMIT 12`,
    },
  ],
};

const CUSTOMERS: ReadyDashboard = {
  id: 'customers',
  refreshSeconds: 60,
  tiles: [
    {
      title: 'customers30',
      view: 'number',
      width: 1,
      sql: `SELECT uniqExact(${SURVIVOR}) AS customers
FROM
(
  SELECT DISTINCT profile_id
  FROM hilo.event_rows
  WHERE ${orderRows(30).replaceAll('\n', '\n  ')}
) AS o
${WITH_SURVIVORS}`,
    },
    {
      title: 'newcomers30',
      view: 'number',
      width: 1,
      sql: `SELECT count() AS newcomers
FROM
(
  SELECT ${SURVIVOR} AS profile, min(o.first_order) AS first_order
  FROM
  (
    SELECT profile_id, min(timestamp) AS first_order
    FROM hilo.event_rows
    WHERE event = 'Order Completed'
      AND ${FOR_SEGMENT_IN_ROWS}
    GROUP BY profile_id
  ) AS o
  ${WITH_SURVIVORS}
  GROUP BY profile
)
WHERE first_order >= toStartOfDay(now() - INTERVAL 30 DAY)`,
    },
    {
      title: 'countries',
      view: 'bars',
      width: 1,
      sql: `SELECT JSONExtractString(traits, 'country') AS country, count() AS people
FROM hilo.profile_rows FINAL
WHERE status = 'live'
  AND country != ''
  AND profile_id NOT IN (SELECT profile_id FROM hilo.redirects)
  AND ${FOR_SEGMENT}
GROUP BY country
ORDER BY people DESC
LIMIT 12`,
    },
    {
      title: 'segmentSizes',
      view: 'bars',
      width: 1,
      sql: 'SELECT segment, count() AS members\nFROM hilo.segment_members\nGROUP BY segment\nORDER BY members DESC\nLIMIT 20',
    },
    {
      title: 'membershipByDay',
      view: 'line',
      width: 2,
      sql: `SELECT
  toStartOfHour(decided_at) AS hour,
  countIf(status = 'entered') AS entered,
  countIf(status = 'exited') AS exited
FROM hilo.membership_rows
WHERE decided_at >= now() - INTERVAL 7 DAY
  AND ({segment:String} = '' OR segment = {segment:String})
GROUP BY hour
ORDER BY hour`,
    },
    {
      title: 'customersByOrders',
      view: 'bars',
      width: 1,
      sql: `SELECT if(orders >= 10, '10+', toString(orders)) AS times, count() AS customers
FROM
(
  SELECT ${SURVIVOR} AS profile, sum(o.orders) AS orders
  FROM
  (
    SELECT profile_id, count() AS orders
    FROM hilo.event_rows
    WHERE ${orderRows(90).replaceAll('\n', '\n    ')}
    GROUP BY profile_id
  ) AS o
  ${WITH_SURVIVORS}
  GROUP BY profile
)
GROUP BY times
ORDER BY min(orders)`,
    },
    {
      title: 'best',
      view: 'table',
      width: 1,
      sql: `SELECT ${SURVIVOR} AS profile, sum(o.orders) AS orders, sum(o.revenue) AS revenue
FROM
(
  SELECT profile_id, count() AS orders, sum(${REVENUE}) AS revenue
  FROM hilo.event_rows
  WHERE ${orderRows(90).replaceAll('\n', '\n  ')}
  GROUP BY profile_id
) AS o
${WITH_SURVIVORS}
GROUP BY profile
ORDER BY revenue DESC
LIMIT 20`,
    },
  ],
};

const PIPELINE: ReadyDashboard = {
  id: 'pipeline',
  refreshSeconds: 15,
  tiles: [
    {
      title: 'eventsLastHour',
      view: 'number',
      width: 2,
      sql: 'SELECT count() AS events\nFROM hilo.event_rows\nWHERE received_at >= now() - INTERVAL 1 HOUR',
    },
    {
      title: 'eventsByMinute',
      view: 'line',
      width: 2,
      sql: `SELECT toStartOfMinute(received_at) AS minute, type, count() AS events
FROM hilo.event_rows
WHERE received_at >= now() - INTERVAL 1 HOUR
GROUP BY minute, type
ORDER BY minute`,
    },
    {
      title: 'eventsBySource',
      view: 'bars',
      width: 1,
      sql: 'SELECT source, count() AS events\nFROM hilo.event_rows\nGROUP BY source\nORDER BY events DESC\nLIMIT 12',
    },
    {
      title: 'rejectedByReason',
      view: 'bars',
      width: 1,
      sql: 'SELECT reason, count() AS events\nFROM hilo.rejected_events\nGROUP BY reason\nORDER BY events DESC\nLIMIT 12',
    },
    {
      title: 'deliveriesByHour',
      view: 'line',
      width: 2,
      sql: `SELECT toStartOfHour(ended_at) AS hour, status, count() AS deliveries
FROM hilo.deliveries
WHERE ended_at >= now() - INTERVAL 7 DAY
  AND ({segment:String} = '' OR segment = {segment:String})
GROUP BY hour, status
ORDER BY hour`,
    },
    {
      title: 'destinations',
      view: 'table',
      width: 2,
      sql: `SELECT destination, status, reason, count() AS deliveries, round(quantile(0.99)(ended_at - created_at), 3) AS p99_s
FROM hilo.deliveries
GROUP BY destination, status, reason
ORDER BY destination, deliveries DESC
LIMIT 100`,
    },
  ],
};

/** The dashboards that are there from the start. */
export const READY_DASHBOARDS: readonly ReadyDashboard[] = [SALES, CUSTOMERS, PIPELINE];
