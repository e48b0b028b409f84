import { setTimeout as pause } from 'node:timers/promises';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';
import {
  dueOf,
  type Heard,
  heardOf,
  lastExitOf,
  NOTHING,
  type Person,
  WindowPeople,
  wrongsOf,
} from './window-people.ts';

/** How long a stage is down, in seconds: shorter for working on the test, the proof is at 900. */
const STALL_S = Number(process.env.HILO_ACCEPT_STALL_S ?? 900);
/** From 1 to 10 minutes; with a shorter stall as many times shorter. */
const WINDOWS_S = [60, 120, 300, 600].map((windowS) => Math.max(4, Math.round((windowS * STALL_S) / 900)));

/** Once the backlog is read, whoever is due is out within this. */
const OUT_WITHIN_MS = 5_000;
/** At most as late are exits in normal running: those due this long before a stall may wait for its end. */
const NORMALLY_LATE_MS = 5_000;
const BACKLOG_WITHIN_MS = 120_000;
const GUEST_EVERY_MS = 500;
const REGULARS = 6;

const RUN = `stall${Date.now().toString(36)}`;
const webhook = new WebhookCatcher();
let opened: OpenedStack;
let crowd: WindowPeople;

beforeAll(async () => {
  opened = await openStack({ embedded: true });
  const { stack, credentials } = opened;
  // The tracking calls go on while ingestion's stage is down: another instance answers them, which leaves the stage to that one.
  const ingestionUrl = await running(stack).add('ingestion', 1, { HILO_STAGE: 'off' });
  const hilo = new HiloClient({ ...credentials, ingestionUrl });
  crowd = new WindowPeople(hilo, RUN, WINDOWS_S);
  await hilo.destination(RUN, await webhook.listen(), webhook.secret, await crowd.open());
  crowd.addRegulars(REGULARS);
  crowd.addGuests(GUEST_EVERY_MS);
  await timeFlows();
});

afterAll(async () => {
  await crowd?.stop();
  webhook.close();
  await opened?.close();
});

function running<T>(part: T | null | undefined): T {
  if (part === null || part === undefined) throw new Error('a stack of its own is needed');
  return part;
}

/** Waits until guests leave who came just now. */
async function timeFlows(): Promise<void> {
  const before = new Set(crowd.people);
  await eventually(
    'guests leave by time',
    async () => crowd.people.filter((person) => !before.has(person) && heard(person).exited.length > 0).length,
    (left) => left > 0,
    2 * Math.min(...WINDOWS_S) * 1_000 + 60_000,
  );
}

let received = { calls: 0, of: heardOf([]) };

function heard({ name }: Person): Heard {
  const { calls } = webhook;
  if (calls.length > received.calls) received = { calls: calls.length, of: heardOf(calls) };
  return received.of.get(name) ?? NOTHING;
}

/** When the webhook last received somebody who was there before `until_ms`: all that was sent until then is folded. */
async function backlogRead(until_ms: number): Promise<number> {
  const came = crowd.people.filter(
    ({ isRegular, orders: [first] }) => !isRegular && first !== undefined && first.takenMs < until_ms,
  );
  const entries = () =>
    came.flatMap((person) => heard(person).entered.find(({ change }) => change.segment === crowd.guestsSegment) ?? []);
  await eventually(
    'everybody who came before has entered',
    async () => came.length - entries().length,
    (missing) => missing === 0,
    BACKLOG_WITHIN_MS,
  );
  return Math.max(...entries().map(({ arrivedMs }) => arrivedMs));
}

/** The longest time that a regular was without an order, of the windows that the test relies on: at most all of it. */
function longestGap(): number {
  const gaps = crowd.people
    .filter(({ isRegular }) => isRegular)
    .flatMap(({ orders, windowMs }) =>
      orders.slice(1).map(({ takenMs }, index) => (takenMs - (orders[index]?.sentMs ?? 0)) / windowMs),
    );
  return Math.max(...gaps);
}

it.each(['ingestion', 'identity', 'profile'])(
  `the stage of %s is down for ${STALL_S} s: nobody leaves whose orders wait, and all who are due leave within 5 s of the backlog's end`,
  async (stage) => {
    const stalled = running(running(opened.stack).processes.get(`${stage}-0`));
    await stalled.stop();
    const stoppedMs = Date.now();
    await pause(STALL_S * 1_000);
    const startedMs = Date.now();
    await stalled.start();
    const readMs = await backlogRead(startedMs);
    const due = crowd.people.filter((person) => (dueOf(person) ?? Infinity) <= readMs);
    const left = () => due.flatMap((person) => lastExitOf(person, heard(person)) ?? []);
    await eventually(
      'everybody who is due has left',
      async () => due.length - left().length,
      (missing) => missing === 0,
    );
    const during = due.filter((person) => (dueOf(person) ?? 0) > stoppedMs - NORMALLY_LATE_MS);
    const lastMs = Math.max(...left().map(({ arrivedMs }) => arrivedMs));
    const sent = crowd.people.flatMap(({ orders }) => orders).filter(({ sentMs }) => sentMs > stoppedMs).length;
    process.stdout.write(
      `${stage}: back after ${startedMs - stoppedMs} ms, the backlog of ${sent} orders read ${readMs - startedMs} ms later; ` +
        `${during.length} exits were due meanwhile, the last is there ${lastMs - readMs} ms after that\n`,
    );
    expect(longestGap()).toBeLessThan(1);
    expect(during.length).toBeGreaterThan(20);
    expect(wrongsOf(crowd.people, webhook.calls, crowd.guestsSegment)).toEqual([]);
    expect(lastMs - readMs).toBeLessThanOrEqual(OUT_WITHIN_MS);
    await timeFlows();
  },
);
