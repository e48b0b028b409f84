import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { HILO_RULES, PrometheusServer } from '../e2e/prometheus-server.ts';
import { kafkaOf } from '../e2e/topic-reader.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';
import { pacedRules } from './paced-rules.ts';

/** How many times faster than theirs the alerts' times pass: above 1 for working on the rules, the proof is at 1. */
const PACE = Number(process.env.HILO_ACCEPT_ALERT_PACE ?? 1);
/** In milliseconds, at this pace. */
const minutes = (count: number) => (count * 60_000) / PACE;

/** A busy machine scrapes and evaluates late; a stage has its backlog to read first. */
const PATIENCE_MS = 60_000;
/** A destination that has failed for long is tried once a minute. */
const LONGEST_CIRCUIT_MS = 60_000;

const SEGMENT = 'alerts-ordered';
const DESTINATION = 'alerts';
const EVERY_MS = 250;

/** An import: more than the slowed stage reads while its alert waits, and by far. */
const IMPORT = { calls: 360, events: 100 };
/** Profiles one after the other, as on a disk that is dying: some 60 a second. A thousand are within a statement's 30 s. */
const SLOW_WRITE_S = 0.015;

/** Labels of an alert, without how bad it is. */
type Alert = Readonly<Record<string, string>>;

/** Something goes wrong, and its alerts come: those, and no others. */
interface Trouble {
  readonly name: string;
  readonly alerts: readonly Alert[];
  /** How long the trouble must last for the last of its alerts to come. */
  readonly firesWithinMs: number;
  /** How long the alerts go on at most once all is well. */
  readonly resolvesWithinMs: number;
  /** How long the trouble goes on once its alerts are there, in milliseconds; absent: not at all. */
  readonly outlastsMs?: number;
  begin(): Promise<void>;
  heal(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'hilo-alerts-'));
const webhook = new WebhookCatcher();
const prometheus = new PrometheusServer();
let opened: OpenedStack;
let hilo: HiloClient;
let traffic: Promise<void> = Promise.resolve();
let flowing = true;

beforeAll(async () => {
  opened = await openStack({ embedded: true });
  hilo = new HiloClient(opened.credentials);
  await hilo.segment(SEGMENT, { did: 'Order Completed', within: '5s' });
  await hilo.destination(DESTINATION, await webhook.listen(), webhook.secret, [SEGMENT]);
  traffic = flow();
  await prometheus.start(opened.credentials, pacedRules(HILO_RULES, folder, PACE));
  await eventually(
    'people are in the segment, and the webhook hears of it',
    async () => webhook.about(SEGMENT).length,
    (calls) => calls > 0,
  );
});

afterAll(async () => {
  flowing = false;
  await traffic;
  await prometheus.stop();
  webhook.close();
  await opened?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A thin stream of people who are new, order, and leave the segment again by time. What the ingest endpoint does not accept is sent again. */
async function flow(): Promise<void> {
  for (let n = 0; flowing; n += 1) {
    const userId = `alerts-${n}`;
    await sendUntilTaken([
      { type: 'identify', userId, messageId: `${userId}-i`, traits: { country: 'Spain' } },
      { type: 'track', userId, messageId: `${userId}-t`, event: 'Order Completed', properties: { revenue: n } },
    ]);
    await pause(EVERY_MS);
  }
}

async function sendUntilTaken(batch: readonly object[]): Promise<void> {
  while (flowing) {
    const taken = await hilo.send('batch', { batch }).then(
      () => true,
      () => false,
    );
    if (taken) return;
    await pause(EVERY_MS);
  }
}

const FIRING = 'ALERTS{alertstate="firing"}';

/** Alerts in an answer, each once, in order. */
async function alertsOf(query: string): Promise<readonly Alert[]> {
  const answers = await prometheus.ask(`sum without (alertstate, severity) (${query})`);
  return inOrder(answers.map(({ labels }) => labels));
}

function inOrder(alerts: readonly Alert[]): readonly Alert[] {
  return alerts.toSorted((a, b) => named(a).localeCompare(named(b)));
}

function named(alert: Alert): string {
  return Object.entries(alert)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .join(' ');
}

/** Nothing fires; then the trouble begins, its alerts fire, it is healed, they resolve; and nothing else fired meanwhile. */
async function raisesOnlyItsAlerts(trouble: Trouble): Promise<void> {
  const { name, outlastsMs = 0 } = trouble;
  expect(await alertsOf(FIRING), `before: ${name}`).toEqual([]);
  const beganMs = Date.now();
  const sinceBegin = () => `${FIRING}[${Math.ceil((Date.now() - beganMs) / 1000)}s]`;
  const print = (what: string) =>
    process.stdout.write(`${name}: ${what} after ${((Date.now() - beganMs) / 1000).toFixed(0)} s\n`);
  try {
    await trouble.begin();
    await eventually(
      `alerts of: ${name}`,
      () => alertsOf(FIRING),
      (firing) => trouble.alerts.every((alert) => firing.some((one) => isDeepStrictEqual(one, alert))),
      trouble.firesWithinMs + PATIENCE_MS,
    );
    print('fires');
    await eventually(
      `alerts of: ${name}, for long`,
      async () => (await prometheus.ask(`min(count_over_time(${sinceBegin()}))`))[0]?.value ?? 0,
      (evaluations) => evaluations * 1000 >= outlastsMs,
      outlastsMs * 2 + PATIENCE_MS,
    );
  } finally {
    await trouble.heal();
    print('healed');
  }
  await eventually(
    `end of the alerts of: ${name}`,
    () => alertsOf(FIRING),
    (firing) => firing.length === 0,
    trouble.resolvesWithinMs + PATIENCE_MS,
  );
  print('resolved');
  expect(await alertsOf(`count_over_time(${sinceBegin()})`)).toEqual(inOrder(trouble.alerts));
}

/** Processes of the stack killed with `kill -9` that nobody starts again before `heal`. */
function killed(services: readonly ('ingestion' | 'identity' | 'history')[]): Trouble {
  const { stack, credentials } = opened;
  if (stack === null) throw new Error('a stack of its own is needed');
  const processes = services.flatMap((service) => stack.processes.get(`${service}-0`) ?? []);
  return {
    name: `${services.join(' and ')} killed`,
    alerts: services.map((job) => ({
      alertname: 'HiloServiceDown',
      job,
      instance: new URL(credentials.operations[job][0] ?? '').host,
    })),
    firesWithinMs: minutes(1),
    resolvesWithinMs: 0,
    begin: async () => {
      for (const one of processes) {
        one.kill('SIGKILL');
        await one.stop();
      }
    },
    heal: async () => {
      await Promise.all(processes.map((one) => one.start()));
    },
  };
}

async function inPostgres(...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: opened.credentials.postgresUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** An import comes in while PostgreSQL writes the profiles slowly. */
async function overloadProfile(): Promise<void> {
  await inPostgres(
    `CREATE FUNCTION profile.write_slowly() RETURNS trigger LANGUAGE plpgsql AS
     'BEGIN PERFORM pg_sleep(${SLOW_WRITE_S}); RETURN NEW; END'`,
    `CREATE TRIGGER slow BEFORE INSERT OR UPDATE ON profile.document
     FOR EACH ROW EXECUTE FUNCTION profile.write_slowly()`,
  );
  for (let call = 0; call < IMPORT.calls; call += 1) {
    const batch = Array.from({ length: IMPORT.events }, (_, n) => ({
      type: 'track',
      userId: `imported-${call}-${n}`,
      event: 'Imported',
    }));
    await sendUntilTaken(batch);
  }
}

it('a killed service raises its alert and only its, however long it is down', async () => {
  await raisesOnlyItsAlerts({ ...killed(['identity']), outlastsMs: minutes(4.25) });
});

it('two killed services, ingestion among them, raise one alert each', async () => {
  await raisesOnlyItsAlerts(killed(['ingestion', 'history']));
});

it('a stage that gets more than it reads raises its alert and only its', async () => {
  await raisesOnlyItsAlerts({
    name: 'lag of profile fills',
    alerts: [{ alertname: 'HiloLagFilling', stage: 'profile' }],
    firesWithinMs: minutes(7),
    resolvesWithinMs: 0,
    begin: overloadProfile,
    heal: () => inPostgres('DROP FUNCTION IF EXISTS profile.write_slowly() CASCADE'),
  });
});

it('a dead destination raises its alert and only its', async () => {
  await raisesOnlyItsAlerts({
    name: 'destination dead',
    alerts: [{ alertname: 'HiloDestinationFailing', destination: DESTINATION }],
    firesWithinMs: minutes(5),
    resolvesWithinMs: 2 * LONGEST_CIRCUIT_MS,
    begin: async () => webhook.answerWith(() => 503),
    heal: async () => webhook.answerWith(() => 204),
  });
});

it('a poison message raises its alert and only its', async () => {
  const producer = kafkaOf(opened.credentials).producer();
  await raisesOnlyItsAlerts({
    name: 'poison in events.received',
    alerts: [{ alertname: 'HiloDeadLetters', stage: 'ingestion', topic: 'ingestion.dead-letter' }],
    firesWithinMs: 0,
    resolvesWithinMs: minutes(10),
    begin: async () => {
      await producer.connect();
      await producer.send({ topic: 'events.received', messages: [{ key: 'poison', value: 'this is no Avro' }] });
    },
    heal: () => producer.disconnect(),
  });
});
