import { setTimeout as pause } from 'node:timers/promises';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Distribution, distributionOf } from '../bench/percentiles.ts';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';
import {
  dueOf,
  entryTimes,
  exitDelays,
  heardOf,
  lastExitOf,
  NOTHING,
  type Span,
  WindowPeople,
  wrongsOf,
} from './window-people.ts';

const WINDOWS_S = [5, 8, 13, 20];
const GUEST_EVERY_MS = 150;
const REGULARS = 4;
/** Until the code runs as it does all day. */
const WARM_UP_MS = 30_000;
const MEASURED_MS = 60_000;

const LATE_MS = 2_500;
/** What waits for time waits at least this long: by so much do clocks of machines differ at most (ADR 28). */
const WAITS_AT_LEAST_MS = 500;

/** Two calls of one batch reach the webhook about this close together. */
const TOGETHER_MS = 20;

/** Of a backlog that a busy machine has made. */
const LEFT_WITHIN_MS = 120_000;

const RUN = `exits${Date.now().toString(36)}`;
/** A segment that no window belongs to, entered by the same orders. */
const TIMELESS = `${RUN}-ever`;
const webhook = new WebhookCatcher();
let opened: OpenedStack;
let crowd: WindowPeople;
let span: Span;

beforeAll(async () => {
  opened = await openStack({ embedded: true });
  const hilo = new HiloClient(opened.credentials);
  crowd = new WindowPeople(hilo, RUN, WINDOWS_S);
  const segments = await crowd.open();
  await hilo.segment(TIMELESS, { did: 'Order Completed' });
  await hilo.destination(RUN, await webhook.listen(), webhook.secret, [...segments, TIMELESS]);
  crowd.addRegulars(REGULARS);
  crowd.addGuests(GUEST_EVERY_MS);
  await pause(WARM_UP_MS);
  const from_ms = Date.now();
  await pause(MEASURED_MS);
  span = { from_ms, until_ms: Date.now() };
  const due = crowd.people.filter((person) => (dueOf(person) ?? Infinity) <= span.until_ms);
  await eventually(
    'everybody who is due has left',
    async () => {
      const heard = heardOf(webhook.calls);
      return due.filter((person) => lastExitOf(person, heard.get(person.name) ?? NOTHING) === undefined);
    },
    (staying) => staying.length === 0,
    LEFT_WITHIN_MS,
  );
});

afterAll(async () => {
  await crowd?.stop();
  webhook.close();
  await opened?.close();
});

function shown({ count, p50, p99, max }: Distribution): string {
  return `${count}: p50 ${p50}, p99 ${p99}, max ${max} ms`;
}

it('in normal running exits by time are at the webhook at most 2.5 s late (p99), and all of them are right', () => {
  const late = exitDelays(webhook.calls, span);
  process.stdout.write(`exits by time, ${shown(distributionOf(late))} late\n`);
  const windowed = webhook.calls.filter(({ change }) => change.segment !== TIMELESS);
  expect(wrongsOf(crowd.people, windowed, crowd.guestsSegment)).toEqual([]);
  expect(late.length).toBeGreaterThan(300);
  expect(distributionOf(late).p99).toBeLessThanOrEqual(LATE_MS);
});

function entries(isWanted: (segment: string) => boolean): ReadonlyMap<string, number> {
  const calls = webhook.calls.filter(({ change }) => isWanted(change.segment));
  return entryTimes(crowd.people, calls, span);
}

it('entries wait for no time: they come with those of a segment without a window, and sooner than any time would', () => {
  const windowed = entries((segment) => segment !== TIMELESS);
  const timeless = entries((segment) => segment === TIMELESS);
  const later = [...timeless].flatMap(([message_id, tookMs]) => {
    const ownMs = windowed.get(message_id);
    return ownMs === undefined ? [] : [ownMs - tookMs];
  });
  const ofWindows = distributionOf([...windowed.values()]);
  process.stdout.write(`entries with a window, ${shown(ofWindows)}\n`);
  process.stdout.write(`entries without one, ${shown(distributionOf([...timeless.values()]))}\n`);
  process.stdout.write(`with one later than without, ${shown(distributionOf(later))}\n`);
  expect(later.length).toBeGreaterThan(300);
  expect(ofWindows.p50).toBeLessThan(WAITS_AT_LEAST_MS);
  expect(Math.abs(distributionOf(later).p50 ?? Infinity)).toBeLessThanOrEqual(TOGETHER_MS);
});
