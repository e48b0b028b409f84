import { setTimeout as pause } from 'node:timers/promises';
import type { Credentials } from '../stack/credentials.ts';

/** What the shop's history has become in ClickHouse. */
export interface ShopTotals {
  readonly events: number;
  readonly orders: number;
  readonly refunds: number;
  readonly customers: number;
  /** Pounds, two decimals, as text: more digits than a float should be trusted with. */
  readonly revenue: string;
}

/** What the console says of the pipeline, as far as it matters here. */
export interface PipelineState {
  readonly stages: readonly { readonly stage: string; readonly lag_records: number | null }[];
  readonly segments: readonly { readonly segment: string; readonly name: string; readonly members: number }[] | null;
  readonly webhook: { readonly received: number };
}

const POLL_EVERY_MS = 500;

/** Without any progress for this long something is broken, and waiting on would hide it. */
const STALLED_AFTER_MS = 120_000;

/** Lag must be zero this many times in a row: between two stages a record is nobody's lag for a moment. */
const CALM_POLLS = 3;

const TOTALS = `
  SELECT count() AS events,
    countIf(event = 'Order Completed') AS orders,
    countIf(event = 'Order Refunded') AS refunds,
    uniqExactIf(user_id, user_id != '') AS customers,
    toString(sumIf(toDecimal64OrZero(JSONExtractRaw(properties_text, 'revenue'), 2), event = 'Order Completed')) AS revenue
  FROM hilo.events
  WHERE source = 'demo' AND startsWith(message_id, 'retail-')
  FORMAT JSONEachRow`;

/**
 * Waits until ClickHouse holds `expected` events of the shop and no stage has anything left to read. `report` is told
 * how many are there. Rejects when nothing moves any more.
 */
export async function awaitPipeline(
  credentials: Credentials,
  expected: number,
  report: (arrived: number) => void,
): Promise<{ totals: ShopTotals; pipeline: PipelineState }> {
  let calm = 0;
  let seen = '';
  let moved_at_ms = performance.now();
  for (;;) {
    const [totals, pipeline] = await Promise.all([readTotals(credentials), readPipeline(credentials)]);
    const lag = pipeline.stages.reduce((sum, stage) => sum + (stage.lag_records ?? 0), 0);
    report(totals.events);
    calm = totals.events >= expected && lag === 0 ? calm + 1 : 0;
    if (calm === CALM_POLLS) return { totals, pipeline };
    const now = `${totals.events} ${lag}`;
    if (now !== seen) moved_at_ms = performance.now();
    seen = now;
    if (performance.now() - moved_at_ms > STALLED_AFTER_MS)
      throw new Error(
        `the pipeline stands still: ${totals.events} of ${expected} events in ClickHouse, ${lag} records wait in ` +
          pipeline.stages
            .filter((stage) => stage.lag_records !== 0)
            .map((stage) => stage.stage)
            .join(', '),
      );
    await pause(POLL_EVERY_MS);
  }
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

async function readPipeline({ consoleUrl }: Credentials): Promise<PipelineState> {
  const answer = await fetch(`${consoleUrl}/v1/overview`, { signal: AbortSignal.timeout(10_000) });
  return (await answer.json()) as PipelineState;
}
