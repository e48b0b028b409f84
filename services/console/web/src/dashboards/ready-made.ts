import { quoteText } from '../explore/domain/quote.ts';
import {
  daysAgo,
  FOR_SEGMENT,
  FOR_SEGMENT_IN_ROWS,
  FOR_SEGMENT_OF_PEOPLE,
  ROWS_OF_PEOPLE,
  SURVIVOR,
  SURVIVOR_KEY,
} from '../explore/domain/trend.ts';
import type { Tile } from '../explore/exploration-api.ts';

/** A tile of a ready-made dashboard; its title is a text of `dashboardMessages`. */
export interface ReadyTile extends Omit<Tile, 'title'> {
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
}

/** A dashboard that is there from the start, for everybody. */
export interface ReadyDashboard {
  readonly id: ReadyDashboardId;
  readonly refresh_s: number;
  readonly tiles: readonly ReadyTile[];
}

/** Names of the dashboards that are there from the start. */
export const READY_DASHBOARD_IDS = ['sales', 'customers', 'pipeline'] as const;

/** Name of a dashboard that is there from the start. */
export type ReadyDashboardId = (typeof READY_DASHBOARD_IDS)[number];

/** Revenue added up to the cent, exact however large; what is no number counts as none. */
export const sumOfRevenue = (condition = ''): string => {
  const revenue = "ifNull(toDecimal256(property_values['revenue'].number, 18), 0)";
  return condition === '' ? `round(sum(${revenue}), 2)` : `round(sumIf(${revenue}, ${condition}), 2)`;
};
const indented = (lines: string) => lines.replaceAll('\n', '\n  ');

/** What the statements of a zone are made from. */
function partsOf(zone: string) {
  const lastDays = (days: number) => `timestamp >= ${daysAgo(days, zone)}`;
  const orders = (days: number) => `event = 'Order Completed'\n  AND ${lastDays(days)}`;
  return {
    /** The zone as a text of SQL. */
    zone: quoteText(zone),
    lastDays,
    since: (days: number) => daysAgo(days, zone),
    orderRows: (days: number) => `${orders(days)}\n  AND ${FOR_SEGMENT_IN_ROWS}`,
    ordersOfPeople: (days: number) => `${orders(days)}\n  AND ${FOR_SEGMENT_OF_PEOPLE}`,
    // An hour is given in UTC: a zone has one of them twice a year.
    hourOf: (time: string) => `toTimeZone(toStartOfHour(${time}, ${quoteText(zone)}), 'UTC')`,
  };
}

type Parts = ReturnType<typeof partsOf>;

const sales = ({ zone, lastDays, orderRows }: Parts): ReadyDashboard => ({
  id: 'sales',
  refresh_s: 30,
  tiles: [
    {
      title: 'revenue30',
      view: 'number',
      width: 1,
      sql: `SELECT ${sumOfRevenue()} AS revenue\nFROM hilo.event_rows\nWHERE ${orderRows(30)}`,
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
  toDate(timestamp, ${zone}) AS day,
  ${sumOfRevenue("event = 'Order Completed'")} AS revenue,
  ${sumOfRevenue("event = 'Order Refunded'")} AS refunded
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
      sql: `SELECT toStartOfMonth(timestamp, ${zone}) AS month, count() AS orders\nFROM hilo.event_rows\nWHERE ${orderRows(365)}\nGROUP BY month\nORDER BY month`,
    },
    {
      title: 'products',
      view: 'bars',
      width: 1,
      // Name and quantity of the same product have the same place.
      sql: `SELECT product.text AS product_name, round(sum(ifNull(toDecimal256(quantity, 18), 0)), 2) AS sold
FROM
(
  SELECT
    arrayJoin(property_items['products.name']) AS product,
    arrayFirst(item -> item.place = product.place, property_items['products.quantity']).number AS quantity
  FROM hilo.event_rows
  WHERE ${indented(orderRows(90))}
)
WHERE product.type != 'null'
GROUP BY product_name
ORDER BY sold DESC
LIMIT 12`,
    },
  ],
});

const customers = ({ since, ordersOfPeople, hourOf }: Parts): ReadyDashboard => ({
  id: 'customers',
  refresh_s: 60,
  tiles: [
    {
      title: 'customers30',
      view: 'number',
      width: 1,
      sql: `SELECT uniqExact(${SURVIVOR_KEY}) AS customers\nFROM ${ROWS_OF_PEOPLE}\nWHERE ${ordersOfPeople(30)}`,
    },
    {
      title: 'newcomers30',
      view: 'number',
      width: 1,
      sql: `SELECT countIf(first_order >= ${since(30)}) AS newcomers
FROM
(
  SELECT min(timestamp) AS first_order
  FROM ${indented(ROWS_OF_PEOPLE)}
  WHERE event = 'Order Completed'
    AND ${FOR_SEGMENT_OF_PEOPLE}
  GROUP BY ${SURVIVOR_KEY}
)`,
    },
    {
      title: 'countries',
      view: 'bars',
      width: 1,
      sql: `SELECT trait_values['country'].text AS country, count() AS people
FROM hilo.profile_rows FINAL
WHERE status = 'live'
  AND trait_values['country'].type = 'text'
  AND country != ''
  AND profile_key NOT IN (SELECT profile_key FROM hilo.redirects)
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
  ${hourOf('decided_at')} AS hour,
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
      sql: `SELECT if(number = 10, '10+', toString(number)) AS times, customers
FROM
(
  SELECT least(orders, 10) AS number, count() AS customers
  FROM
  (
    SELECT count() AS orders
    FROM ${indented(indented(ROWS_OF_PEOPLE))}
    WHERE ${indented(indented(ordersOfPeople(365)))}
    GROUP BY ${SURVIVOR_KEY}
  )
  GROUP BY number
)
ORDER BY number`,
    },
    {
      title: 'best',
      view: 'table',
      width: 1,
      sql: `SELECT ${SURVIVOR} AS profile, count() AS orders, ${sumOfRevenue()} AS revenue
FROM ${ROWS_OF_PEOPLE}
WHERE ${ordersOfPeople(365)}
GROUP BY profile
ORDER BY revenue DESC
LIMIT 20`,
    },
  ],
});

const pipeline = ({ hourOf }: Parts): ReadyDashboard => ({
  id: 'pipeline',
  refresh_s: 15,
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
      sql: `SELECT ${hourOf('ended_at')} AS hour, status, count() AS deliveries
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
});

/** The dashboards that are there from the start, in the days of a zone. */
export function readyDashboards(zone: string): readonly ReadyDashboard[] {
  const parts = partsOf(zone);
  return [sales(parts), customers(parts), pipeline(parts)];
}
