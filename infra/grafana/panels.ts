/** A query to Prometheus, and the names of its series. `$__rate_interval` is Grafana's: a few scrapes. */
export interface Query {
  readonly expr: string;
  /** `{{label}}` for the value of a label. */
  readonly legend: string;
  /** True if there may be nothing to show: what it counts need not have happened. */
  readonly mayBeEmpty?: true;
}

/** Units as Grafana names them. */
export type Unit = 'short' | 's' | 'bytes' | 'cps' | 'percentunit' | 'wps' | 'Bps' | 'none';

/** One plot or number. */
export interface Panel {
  readonly kind: 'timeseries' | 'stat';
  readonly title: string;
  /** What it shows, for readers who do not know. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** A number above this is bad and shown in red. */
  readonly badAbove?: number;
}

/** Panels under a title. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A page of Grafana. */
export interface Dashboard {
  /** Its address: `/d/<uid>`. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** The exporter that its queries need beside a store, by the name of its scrape job. */
  readonly exporter?: 'kafka' | 'postgres';
  readonly rows: readonly Row[];
}

/** Services of Hilo, as `job` has them. */
export const SERVICES = 'console|ingestion|identity|profile|segmentation|activation|history';

/** How much of something happens per second. */
export const rate = (selector: string, by?: string): string =>
  by === undefined
    ? `sum(rate(${selector}[$__rate_interval]))`
    : `sum by (${by}) (rate(${selector}[$__rate_interval]))`;

/** A quantile of a histogram, named without `_bucket`; `selector` in braces. */
export const quantile = (q: number, histogram: string, selector: string, by?: string): string => {
  const labels = by === undefined ? 'le' : `${by}, le`;
  return `histogram_quantile(${q}, sum by (${labels}) (rate(${histogram}_bucket${selector}[$__rate_interval])))`;
};

/** A plot over time. */
export function plot(title: string, unit: Unit, description: string, ...queries: readonly Query[]): Panel {
  return { kind: 'timeseries', title, unit, description, queries };
}

/** One number, red if it is above `badAbove`. */
export function number(title: string, unit: Unit, description: string, query: Query, badAbove?: number): Panel {
  const panel = { kind: 'stat' as const, title, unit, description, queries: [query] };
  return badAbove === undefined ? panel : { ...panel, badAbove };
}

/** A query that always has an answer. */
export const ask = (expr: string, legend: string): Query => ({ expr, legend });

/** A query that may have no answer. */
export const askWhether = (expr: string, legend: string): Query => ({ expr, legend, mayBeEmpty: true });
