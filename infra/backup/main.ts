/**
 * Program for backups (docs/operating.md). `drained`: waits until the stages have read all that ingestion let in, the door
 * being closed. `recover`: after PostgreSQL and ClickHouse were restored, and before a service starts: makes every topic but
 * `events.received` anew, and the checkpoints to suit.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { setUp } from '../setup/set-up.ts';
import { storeSettings } from '../setup/settings.ts';
import { readPositions, unread, writeRecovered } from './checkpoints.ts';
import { deleteDerivedTopics, logEnds, withAdmin } from './log-ends.ts';

const DRAINED_WITHIN_MS = 600_000;
const LOOK_EVERY_MS = 1_000;
/** A stage that has read everything may still be at work on it: it counts when it stays so. */
const CALM_LOOKS = 3;

const say = (line: string) => process.stdout.write(`${line}\n`);
const options = storeSettings();
const client = new Client({ connectionString: options.postgres_url });

async function awaitDrained(): Promise<void> {
  const deadline_ms = Date.now() + DRAINED_WITHIN_MS;
  for (let calm = 0; calm < CALM_LOOKS; await sleep(LOOK_EVERY_MS)) {
    const waiting = unread(await readPositions(client), await withAdmin(options, logEnds));
    calm = waiting.length === 0 ? calm + 1 : 0;
    if (Date.now() > deadline_ms) throw new Error(`not drained:\n${waiting.join('\n')}`);
  }
  say('drained: every stage has read all that was sent to it');
}

async function refuseWhileRunning(): Promise<void> {
  const { rows } = await client.query<{ application_name: string }>(
    "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
  );
  if (rows.length > 0) throw new Error(`${rows.length} others are connected to PostgreSQL: stop the services first`);
}

async function recover(): Promise<void> {
  await refuseWhileRunning();
  const before = await withAdmin(options, logEnds);
  await withAdmin(options, deleteDerivedTopics);
  await writeRecovered(client, await readPositions(client), before);
  await setUp(options);
  say('recovered: topics are made anew, and the stages begin with them; start the services');
}

const tasks: Readonly<Record<string, () => Promise<void>>> = { drained: awaitDrained, recover };
const task = tasks[process.argv[2] ?? ''];
if (task === undefined) throw new Error(`usage: ${Object.keys(tasks).join(' | ')}`);
await client.connect();
await task();
await client.end();
process.exit(0);
