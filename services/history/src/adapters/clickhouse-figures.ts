import type { ClickHouseClient } from '@clickhouse/client';
import type { SizeChange, SizeWindow } from '../domain/segment-sizes.ts';
import type { FiguresReader, Today } from '../ports.ts';
import { queryRows } from './clickhouse-queries.ts';
import { RecentAnswers } from './recent-answers.ts';

/** Figures are the same for everybody: each is read at most this often. */
const FIGURES_FOR_MS = 500;
const FIGURES_KEPT = 50;

const SINCE = 'fromUnixTimestamp64Milli({since_ms: Int64})';

// One statement: each costs more than what it counts on most days. Every part returns one row.
const TODAY = `
  SELECT * FROM
    -- An absorbed profile went on as its survivor, which has the event that merged them.
    (SELECT count() AS events,
        uniqExactIf(profile_id, profile_id NOT IN (SELECT profile_id FROM redirects)) AS profiles
      FROM event_rows WHERE received_at >= ${SINCE}) AS of_events,
    (SELECT countIf(state = 'rejected') AS rejected, countIf(state = 'duplicate') AS duplicate
      FROM rejected_rows WHERE received_at >= ${SINCE}) AS of_rejected,
    (SELECT countIf(status = 'entered') AS entered, countIf(status = 'exited') AS left,
        uniqExact(segment) AS segments
      FROM membership_rows WHERE decided_at >= ${SINCE}) AS of_memberships,
    (SELECT countIf(status = 'delivered') AS delivered, countIf(status = 'failed') AS failed,
        countIf(status = 'filtered') AS filtered
      FROM delivery_rows WHERE ended_at >= ${SINCE}) AS of_deliveries,
    (SELECT count() AS merges FROM merge_rows WHERE decided_at >= ${SINCE}) AS of_merges`;

// By the table's key: a segment's rows lie together, and only three narrow columns are read.
const SIZES = `
  SELECT segment, if(at_ms <= {from_ms: Int64}, 0, intDiv(at_ms - {from_ms: Int64} - 1, {step_ms: Int64}) + 1) AS step,
    countIf(status = 'entered') AS entered, countIf(status = 'exited') AS left
  FROM (
    SELECT segment, status, toUnixTimestamp64Milli(decided_at) AS at_ms
    FROM membership_rows WHERE workspace = 'default' AND segment IN {segments: Array(String)})
  WHERE at_ms <= {to_ms: Int64}
  GROUP BY segment, step ORDER BY segment, step`;

/** Figures over time, counted in ClickHouse. */
export class ClickHouseFigures implements FiguresReader {
  readonly #client: ClickHouseClient;
  readonly #recent = new RecentAnswers(FIGURES_FOR_MS, FIGURES_KEPT);

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  today(since_ms: number): Promise<Today> {
    return this.#recent.get(`today ${since_ms}`, async () => {
      const [row] = await queryRows<Today>(this.#client, TODAY, { since_ms });
      if (row === undefined) throw new Error('ClickHouse returned no counts');
      return row;
    });
  }

  sizeChanges(
    segments: readonly string[],
    { from_ms, to_ms, step_ms }: SizeWindow,
  ): Promise<ReadonlyMap<string, readonly SizeChange[]>> {
    return this.#recent.get(`sizes ${from_ms} ${to_ms} ${step_ms} ${segments.join(' ')}`, async () => {
      const rows = await queryRows<SizeChange & { readonly segment: string }>(this.#client, SIZES, {
        ...{ segments, from_ms, to_ms, step_ms },
      });
      return Map.groupBy(rows, ({ segment }) => segment);
    });
  }
}
