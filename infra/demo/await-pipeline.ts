import { setTimeout as pause } from 'node:timers/promises';
import type { Credentials } from '../stack/credentials.ts';

/** The shop's totals in ClickHouse. */
export interface ShopTotals {
  readonly events: number;
  readonly orders: number;
  readonly refunds: number;
  readonly customers: number;
  /** Pounds, two decimals, as text: more digits than a float can be trusted with. */
  readonly revenue: string;
}

/** What the console reports about the pipeline, as far as it matters here. */
export interface PipelineState {
  readonly stages: readonly { readonly stage: string; readonly lag_records: number | null }[];
  readonly segments: readonly { readonly segment: string; readonly name: string; readonly members: number }[] | null;
  readonly webhook: { readonly received: number };
}

const POLL_EVERY_MS = 500;

/** Without any progress for this long something is broken, and waiting on would hide it. */
const STALLED_AFTER_MS = 120_000;

/** Lag must be zero this many times in a row: between two stages, a record briefly belongs to nobody's lag. */
const CALM_POLLS = 3;

const TOTALS = `
  SELECT count() AS events,
    countIf(event = 'Order Completed') AS orders,
    countIf(event = 'Order Refunded') AS refunds,
    uniqExactIf(user_id, user_id != '') AS customers,
    toString(sumIf(property_values['revenue'].number, event = 'Order Completed')) AS revenue
  FROM hilo.events
  WHERE source = 'demo' AND startsWith(message_id, 'retail-')
  FORMAT JSONEachRow`;

/**
 * Waits until ClickHouse holds `expected` events of the shop and no stage has anything left to read. Calls `report`
 * with how many have arrived. Rejects if nothing moves any longer; waits for a store that restarts meanwhile.
 */
export async function awaitPipeline(
  credentials: Credentials,
  expected: number,
  report: (arrived: number) => void,
): Promise<{ totals: ShopTotals; pipeline: PipelineState }> {
  let calm = 0;
  let seen = '';
  let movedAtMs = performance.now();
  for (;;) {
    const look = await lookAt(credentials);
    if ('totals' in look) report(look.totals.events);
    calm = 'totals' in look && look.totals.events >= expected && waiting(look.pipeline) === 0 ? calm + 1 : 0;
    if ('totals' in look && calm === CALM_POLLS) return look;
    const now = describe(look, expected);
    if (now !== seen) movedAtMs = performance.now();
    seen = now;
    if (performance.now() - movedAtMs > STALLED_AFTER_MS) throw new Error(`the pipeline stands still: ${now}`);
    await pause(POLL_EVERY_MS);
  }
}

type Look = { readonly totals: ShopTotals; readonly pipeline: PipelineState } | { readonly fault: string };

async function lookAt(credentials: Credentials): Promise<Look> {
  try {
    const [totals, pipeline] = await Promise.all([readTotals(credentials), readPipeline(credentials)]);
    return { totals, pipeline };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function describe(look: Look, expected: number): string {
  if ('fault' in look) return look.fault;
  const behind = look.pipeline.stages.filter(({ lag_records }) => lag_records !== 0).map(({ stage }) => stage);
  return (
    `${look.totals.events} of ${expected} events in ClickHouse, ` +
    `${waiting(look.pipeline)} records wait in ${behind.join(', ') || 'no stage'}`
  );
}

function waiting({ stages }: PipelineState): number {
  return stages.reduce((sum, { lag_records }) => sum + (lag_records ?? 0), 0);
}

async function readTotals({ clickhouse }: Credentials): Promise<ShopTotals> {
  const answer = await fetch(`${clickhouse.url}/?output_format_json_quote_64bit_integers=0`, {
    method: 'POST',
    headers: { 'x-clickhouse-user': clickhouse.readonlyUser, 'x-clickhouse-key': clickhouse.readonlyPassword },
    body: TOTALS,
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`ClickHouse answers ${answer.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as ShopTotals;
}

async function readPipeline({ consoleUrl, adminToken }: Credentials): Promise<PipelineState> {
  const answer = await fetch(`${consoleUrl}/api/overview`, {
    headers: { authorization: `Bearer ${adminToken}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`the console answers ${answer.status}`);
  return (await answer.json()) as PipelineState;
}
