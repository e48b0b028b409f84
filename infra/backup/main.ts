/**
 * Program for backups (docs/operating.md). `drained`: waits until the stages have read everything that ingestion
 * accepted, with the ingest endpoint stopped. `recover`: after PostgreSQL and ClickHouse were restored, and before a
 * service starts: re-creates every topic except `events.received`, with matching checkpoints. `accept-lost-commits
 * STAGE PARTITION` and `accept-lost-records STAGE PARTITION TOPIC OFFSET` repair one partition, whether the stage runs
 * or not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { setUp } from '../setup/set-up.ts';
import { storeSettings } from '../setup/settings.ts';
import {
  bodyAfterLostCommits,
  bodyAfterLostRecords,
  readPositions,
  type StagePosition,
  unread,
  writeRecovered,
  writeRepaired,
} from './checkpoints.ts';
import { deleteDerivedTopics, deleteGroups, logEnds, reportedOf, withAdmin } from './log-ends.ts';

const DRAINED_WITHIN_MS = 600_000;
const LOOK_EVERY_MS = 1_000;
/** A group whose members were killed is empty after this long at the latest. */
const EMPTY_WITHIN_MS = 60_000;
/** A stage that has read everything may still be processing it: it counts only if it stays so. */
const CALM_LOOKS = 3;

const say = (line: string) => process.stdout.write(`${line}\n`);
const options = storeSettings();
const client = new Client({ connectionString: options.postgresUrl });

async function awaitDrained(): Promise<void> {
  const deadlineMs = Date.now() + DRAINED_WITHIN_MS;
  for (let calm = 0; calm < CALM_LOOKS; await sleep(LOOK_EVERY_MS)) {
    const waiting = unread(await readPositions(client), await withAdmin(options, logEnds));
    calm = waiting.length === 0 ? calm + 1 : 0;
    if (Date.now() > deadlineMs) throw new Error(`not drained:\n${waiting.join('\n')}`);
  }
  say('drained: every stage has read everything that was sent to it');
}

async function refuseWhileRunning(): Promise<void> {
  const { rows } = await client.query<{ application_name: string }>(
    // An owner that is no superuser does not see what kind of backend serves another user.
    `SELECT application_name FROM pg_stat_activity
     WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()
       AND coalesce(backend_type, 'client backend') = 'client backend'`,
  );
  if (rows.length > 0) throw new Error(`${rows.length} others are connected to PostgreSQL: stop the services first`);
}

async function recover(): Promise<void> {
  await refuseWhileRunning();
  const before = await withAdmin(options, logEnds);
  await forgetGroups();
  await withAdmin(options, deleteDerivedTopics);
  await writeRecovered(client, await readPositions(client), before);
  await setUp(options);
  say('recovered: topics are re-created, and the stages begin with them; start the services');
}

async function forgetGroups(): Promise<void> {
  const deadlineMs = Date.now() + EMPTY_WITHIN_MS;
  for (;;) {
    try {
      return await withAdmin(options, deleteGroups);
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

async function positionOf(stage = '', partition = ''): Promise<StagePosition> {
  const found = (await readPositions(client)).find((one) => one.stage === stage && String(one.partition) === partition);
  if (found === undefined) throw new Error(`there is no checkpoint of partition ${partition} of stage ${stage}`);
  return found;
}

async function acceptLostCommits(stage?: string, partition?: string): Promise<void> {
  const position = await positionOf(stage, partition);
  const reported = await withAdmin(options, (admin) => reportedOf(admin, position.stage, position.partition));
  await writeRepaired(client, position, bodyAfterLostCommits(position, reported.offsets, reported.incarnations));
  say(`${stage}/${partition} goes on with a new incarnation; Kafka's offsets are ${JSON.stringify(reported.offsets)}`);
}

async function acceptLostRecords(stage?: string, partition?: string, topic = '', offset = ''): Promise<void> {
  const position = await positionOf(stage, partition);
  const log = (await withAdmin(options, logEnds))[topic]?.get(position.partition);
  if (log === undefined) throw new Error(`there is no topic ${topic} with partition ${partition}`);
  const next = Number(offset);
  if (!/^\d+$/.test(offset) || next < log.low || next > log.high)
    throw new Error(`${topic}/${partition} has offsets from ${log.low} on, and ends before ${log.high}`);
  await writeRepaired(client, position, bodyAfterLostRecords(position, topic, next));
  say(`${stage}/${partition} goes on at offset ${offset} of ${topic}, instead of ${position.offsets[topic] ?? 0}`);
}

const tasks: Readonly<Record<string, (...args: string[]) => Promise<void>>> = {
  drained: awaitDrained,
  recover,
  'accept-lost-commits': acceptLostCommits,
  'accept-lost-records': acceptLostRecords,
};
const task = tasks[process.argv[2] ?? ''];
if (task === undefined) throw new Error(`usage: ${Object.keys(tasks).join(' | ')}`);
await client.connect();
await task(...process.argv.slice(3));
await client.end();
process.exit(0);
