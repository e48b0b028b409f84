import { setTimeout as pause } from 'node:timers/promises';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Distribution, distributionOf } from '../bench/percentiles.ts';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { type CaughtCall, WebhookCatcher } from '../e2e/webhook-catcher.ts';
import { entryTimes, exitDelays, type Span, WindowPeople, wrongsOf } from './window-people.ts';

const STAGES = ['ingestion', 'identity', 'profile', 'segmentation', 'activation', 'history'] as const;
type StageName = (typeof STAGES)[number];
/** Their keys are held. The other stages have none, and set the record aside alone. */
const KEYED: ReadonlySet<StageName> = new Set(['profile', 'segmentation', 'activation']);

const RUN = `bug${Date.now().toString(36)}`;
/** Whatever a record holds in which this stands, the code with the bug can't bear it. */
const WORD = `${RUN}-unbearable`;

const WINDOWS_S = [5, 8];
const GUEST_EVERY_MS = 250;
/** How long everybody else is watched while the bug is met. */
const WATCHED_MS = 20_000;
/** In normal running exits are at most as late. */
const LATE_MS = 2_500;
/** By less than this the slowest of some dozens differ from one stretch of time to the next: a batch that waits for a key waits longer. */
const DELAYED_MS = 1_000;

const FIRST = `${RUN}-first`;
const ALL_STEPS = `${RUN}-all-steps`;
const STEPS = 4;
const UNBEARABLE_STEP = 2;

const webhook = new WebhookCatcher();
let opened: OpenedStack;
let hilo: HiloClient;
let crowd: WindowPeople;

beforeAll(async () => {
  opened = await openStack({ embedded: true });
  const ingestionUrl = await ownStack().add('ingestion', 2, { HILO_STAGE: 'off' });
  hilo = new HiloClient({ ...opened.credentials, ingestionUrl });
  crowd = new WindowPeople(hilo, RUN, WINDOWS_S);
  const segments = await crowd.open();
  await hilo.segment(FIRST, { did: 'Stepped', count: { gte: UNBEARABLE_STEP } });
  await hilo.segment(ALL_STEPS, {
    all: [
      { did: 'Stepped', count: { gte: STEPS } },
      { trait: 'step', is: { eq: STEPS } },
    ],
  });
  const wanted = [...segments, FIRST, ALL_STEPS];
  await hilo.destination(RUN, await webhook.listen(), webhook.secret, wanted);
  crowd.addRegulars(2);
  crowd.addGuests(GUEST_EVERY_MS);
});

afterAll(async () => {
  await crowd?.stop();
  webhook.close();
  await opened?.close();
});

function ownStack() {
  if (opened.stack === null) throw new Error('a stack of its own is needed');
  return opened.stack;
}

function processOf(name: string) {
  const found = ownStack().processes.get(name);
  if (found === undefined) throw new Error(`no process ${name}`);
  return found;
}

/** A step of the person's way: a trait says which, and an event counts it. */
function messageOf(stage: StageName, step: number): string {
  return step === UNBEARABLE_STEP ? `${WORD}-${stage}` : `${RUN}-${stage}-${step}`;
}

async function takeStep(stage: StageName, step: number): Promise<void> {
  const userId = `${RUN}-${stage}`;
  await hilo.send('batch', {
    batch: [
      { type: 'track', userId, event: 'Stepped', messageId: messageOf(stage, step) },
      { type: 'identify', userId, traits: { step }, messageId: `${RUN}-${stage}-trait-${step}` },
    ],
  });
}

interface DeadLetter {
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly replay: string;
}

/** The dead letters of a stage, in order. */
async function deadLetters(stage: StageName, historyUrl: string): Promise<readonly DeadLetter[]> {
  const { body } = await hilo.admin('GET', `${historyUrl}/v1/dead-letters/${stage}`);
  const { items } = body as { readonly items: readonly DeadLetter[] };
  return items.toSorted((a, b) => a.offset - b.offset);
}

async function metric(url: string, name: string): Promise<number> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  return lines
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** What the webhook received about the person, each change once, in the order in which it came first. */
function callsOf(stage: StageName): readonly CaughtCall[] {
  const about = ({ change }: CaughtCall) => change.identifiers.some(({ value }) => value === `${RUN}-${stage}`);
  return webhook.calls.filter(
    (call, index) => about(call) && webhook.calls.findIndex(({ key }) => key === call.key) === index,
  );
}

function hasAllSteps(stage: StageName): boolean {
  return callsOf(stage).some(({ change }) => change.segment === ALL_STEPS);
}

/** How late exits were, and how long entries took, of those due and caused in a stretch of time. */
function delays(span: Span): { readonly exits: Distribution; readonly entries: Distribution } {
  return {
    exits: distributionOf(exitDelays(webhook.calls, span)),
    entries: distributionOf([...entryTimes(crowd.people, webhook.calls, span).values()]),
  };
}

async function rowsOf(stage: StageName): Promise<number> {
  const rows = await hilo.rows('SELECT 1 FROM hilo.events WHERE message_id = {id:String}', {
    id: messageOf(stage, UNBEARABLE_STEP),
  });
  return rows.length;
}

it.each(STAGES)(
  'a record that makes the fold of %s throw stops nothing but itself, and is processed once the bug is mended',
  async (stage) => {
    const plain = processOf(`${stage}-0`);
    await plain.stop();
    const url = await ownStack().add(stage, 1, {
      NODE_OPTIONS: `--import=${new URL('planted-bug.ts', import.meta.url).href}`,
      HILO_TEST_BUG: WORD,
    });
    const { credentials } = opened;
    const historyUrl = stage === 'history' ? url : credentials.historyUrl;
    // The compilers of a process that has just begun are not what is tested.
    await pause(WATCHED_MS / 2);
    const begun_ms = Date.now();
    await pause(WATCHED_MS);

    const metMs = Date.now();
    for (let step = 1; step <= STEPS; step += 1) await takeStep(stage, step);
    await eventually(
      'the bug is reported',
      () => metric(url, 'hilo_stage_bugs_total'),
      (bugs) => bugs > 0,
    );
    await pause(WATCHED_MS);
    const before = delays({ from_ms: begun_ms - LATE_MS, until_ms: metMs - LATE_MS });
    const since = delays({ from_ms: metMs, until_ms: Date.now() - LATE_MS });
    process.stdout.write(
      `${stage} with a bug: exits p99 ${since.exits.p99} ms late, before it was met ${before.exits.p99} ms; ` +
        `entries p99 ${since.entries.p99} ms after their orders, before ${before.entries.p99} ms\n`,
    );
    expect(since.exits.count).toBeGreaterThan(30);
    expect.soft(since.exits.p99).toBeLessThanOrEqual(Math.max(LATE_MS, (before.exits.p99 ?? 0) + DELAYED_MS));
    expect.soft(since.entries.p99).toBeLessThanOrEqual((before.entries.p99 ?? 0) + DELAYED_MS);
    expect(wrongsOf(crowd.people, webhook.calls, crowd.guestsSegment)).toEqual([]);
    expect(processOf(`${stage}-1`).restarts).toBe(0);

    const aside = await deadLetters(stage, historyUrl);
    const isHeld = KEYED.has(stage);
    expect(aside[0]).toMatchObject({ reason: 'bug', replay: 'possible' });
    expect(new Set(aside.map(({ reason }) => reason))).toEqual(new Set(isHeld ? ['bug', 'key_held'] : ['bug']));
    expect(await metric(url, 'hilo_stage_held_keys')).toBe(isHeld ? 1 : 0);
    // ClickHouse is no stage before the webhook.
    expect(hasAllSteps(stage)).toBe(stage === 'history');
    if (stage === 'history') expect(await rowsOf(stage)).toBe(0);

    await processOf(`${stage}-1`).stop();
    await plain.start();
    const places = aside.map(({ partition, offset }) => ({ partition, offset }));
    const answer = await hilo.admin('POST', `${credentials.historyUrl}/v1/dead-letters/${stage}/replay`, {
      dead_letters: places,
    });
    expect(answer.body).toMatchObject({ items: aside.map(() => ({ state: 'sent' })) });
    const processed = await eventually(
      'all dead letters are processed',
      () => deadLetters(stage, credentials.historyUrl),
      (found) => found.every(({ replay }) => replay === 'processed'),
    );
    expect(processed).toHaveLength(aside.length);
    await eventually(
      'the person has taken all steps',
      async () => hasAllSteps(stage),
      (has) => has,
    );
    await eventually(
      'the event is in ClickHouse once',
      () => rowsOf(stage),
      (count) => count === 1,
    );
    expect(await metric(credentials.operations[stage][0] ?? '', 'hilo_stage_held_keys')).toBe(0);
    const versions = callsOf(stage).map(({ change }) => change.version);
    expect(versions).toHaveLength(2);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  },
);
