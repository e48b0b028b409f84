import type { Credentials } from '@hilo/infra';
import { eventually } from '../e2e/eventually.ts';

/** Tables whose rows belong to one person, with the columns that need another value in a copy of that person. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  event_rows: ['profile_id', 'message_id'],
  redirect_rows: ['profile_id', 'survivor'],
  merge_rows: ['absorbed', 'survivor', 'merge_id', 'message_id'],
  profile_rows: ['profile_id'],
  profile_change_rows: ['profile_id', 'message_id'],
  membership_rows: ['profile_id', 'message_id'],
  delivery_rows: ['profile_id', 'delivery_id', 'message_id'],
};

/** Times of a row; a copy happened some weeks earlier. */
const TIMES: Readonly<Record<string, readonly string[]>> = {
  event_rows: ['timestamp', 'received_at'],
  membership_rows: ['decided_at'],
  delivery_rows: ['created_at', 'ended_at'],
};

/** Copies are spread over this many days. */
const DAYS = 400;

const MERGED_WITHIN_MS = 300_000;

/**
 * Copies what is in ClickHouse until it holds this many events: with each copy everybody comes once more, as somebody
 * else, earlier; with their merges, memberships and deliveries.
 */
export async function fillHistory({ url, user, password }: Credentials['clickhouse'], events: number): Promise<void> {
  const run = async (sql: string): Promise<string> => {
    const answer = await fetch(`${url}/?max_threads=1`, {
      method: 'POST',
      headers: { 'x-clickhouse-user': user, 'x-clickhouse-key': password },
      body: sql,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`ClickHouse answers ${answer.status}: ${text.slice(0, 500)}`);
    return text;
  };
  const there = Number(await run('SELECT count() FROM hilo.event_rows'));
  const copies = Math.ceil(events / there) - 1;
  // One after the other: the embedded ClickHouse has little memory.
  for (let copy = 1; copy <= copies; copy += 1) {
    for (const [table, names] of Object.entries(TABLES)) {
      const renamed = names.map((name) => `concat(${name}, '-${copy}') AS ${name}`);
      const earlierS = Math.round((copy * DAYS * 86_400) / copies);
      const earlier = (TIMES[table] ?? []).map((name) => `${name} - toIntervalSecond(${earlierS}) AS ${name}`);
      await run(`INSERT INTO hilo.${table} SELECT * REPLACE (${[...renamed, ...earlier].join(', ')}) FROM hilo.${table} AS there
        WHERE NOT match(there.${names[0] as string}, '-[0-9]+$')`);
    }
  }
  // A history that grew in months is not being merged while people look at it.
  await eventually(
    'the copied parts are merged',
    () => run('SELECT count() FROM system.merges'),
    (running) => Number(running) === 0,
    MERGED_WITHIN_MS,
  );
}
