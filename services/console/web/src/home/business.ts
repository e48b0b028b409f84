import { sumOfRevenue } from '../dashboards/ready-made.ts';
import { type Answer, numberOf } from '../explore/domain/answer.ts';
import { daysAgo, ROWS_OF_PEOPLE, SURVIVOR_KEY } from '../explore/domain/trend.ts';

/** Days that are compared with as many before them. */
export const BUSINESS_DAYS = 30;

/** A figure, and what it was in the days before. */
export interface Figure {
  readonly now: number;
  readonly before: number;
}

/** What people bought lately. */
export interface Business {
  /** Revenue by currency, the largest first; a currency that no order names is empty. */
  readonly revenue: readonly (Figure & { readonly currency: string })[];
  readonly orders: Figure;
  readonly customers: Figure;
}

/** The statements that a {@link Business} is made from, in the days of a zone. */
export function businessStatements(zone: string): { readonly sales: string; readonly customers: string } {
  const now = `timestamp >= ${daysAgo(BUSINESS_DAYS, zone)}`;
  const before = `timestamp < ${daysAgo(BUSINESS_DAYS, zone)}`;
  const orders = `event = 'Order Completed'\n  AND timestamp >= ${daysAgo(2 * BUSINESS_DAYS, zone)}`;
  return {
    sales: `SELECT
  ifNull(property_values['currency'].text, '') AS currency,
  ${sumOfRevenue(now)} AS revenue,
  ${sumOfRevenue(before)} AS revenue_before,
  countIf(${now}) AS orders,
  countIf(${before}) AS orders_before
FROM hilo.event_rows
WHERE ${orders}
GROUP BY currency
ORDER BY revenue DESC, revenue_before DESC
LIMIT 20`,
    customers: `SELECT
  uniqExactIf(${SURVIVOR_KEY}, ${now}) AS customers,
  uniqExactIf(${SURVIVOR_KEY}, ${before}) AS customers_before
FROM ${ROWS_OF_PEOPLE}
WHERE ${orders}`,
  };
}

/** The business as the answers to its statements show it. */
export function businessOf(sales: Answer, customers: Answer): Business {
  const rows = sales.rows.map(([currency, revenue, revenue_before, orders, orders_before]) => ({
    currency: typeof currency === 'string' ? currency : '',
    revenue: figureOf(revenue, revenue_before),
    orders: figureOf(orders, orders_before),
  }));
  const [people, peopleBefore] = customers.rows[0] ?? [];
  return {
    revenue: rows
      .map(({ currency, revenue }) => ({ currency, ...revenue }))
      .filter(({ now, before }) => now !== 0 || before !== 0),
    orders: {
      now: rows.reduce((sum, { orders }) => sum + orders.now, 0),
      before: rows.reduce((sum, { orders }) => sum + orders.before, 0),
    },
    customers: figureOf(people, peopleBefore),
  };
}

/** By which part a figure has grown, such as 0.12; null where there was nothing before. */
export function growthOf({ now, before }: Figure): number | null {
  return before === 0 ? null : now / before - 1;
}

function figureOf(now: unknown, before: unknown): Figure {
  return { now: numberOf(now) ?? 0, before: numberOf(before) ?? 0 };
}
