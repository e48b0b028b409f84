import { setTimeout as pause } from 'node:timers/promises';
import type { EventIdentified, MembershipChanged } from '@hilo/schemas';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { batchFor, costOf, type LoadRun, runLoad } from '../bench/load-run.ts';
import { speedText } from '../bench/machine-speed.ts';
import { saveFurther } from '../bench/many-segments.ts';
import { dueTime } from '../bench/message-times.ts';
import { type Distribution, distributionOf } from '../bench/percentiles.ts';
import { highestSustained } from '../bench/sustained-rate.ts';
import { eventually } from '../e2e/eventually.ts';
import { readTopic } from '../e2e/topic-reader.ts';
import { type MeasuredStack, openMeasuredStack } from './measured-stack.ts';

/** The bench's own two segments are beside them. */
const OWN = 2;
const TIMERS = 100_000;
/** Of one request. */
const AT_ONCE = 100;
const TIMER_WINDOW_MS = 4 * 60_000;

let stack: MeasuredStack;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const shown = ({ count, p50, p99, max }: Distribution): string =>
  `${count}: p50 ${p50?.toFixed(0)}, p99 ${p99?.toFixed(0)}, max ${max?.toFixed(0)} ms`;

beforeAll(async () => {
  stack = { ...(await openMeasuredStack()), manyNames: true };
}, 10 * 60_000);
afterAll(async () => stack?.close());

const load = async (rate: number, seconds: number): Promise<LoadRun> => {
  const run = await runLoad(stack, rate, seconds, batchFor(rate));
  say(`${rate}/s: ${run.verdict}, ${costOf(run).toFixed(0)} µs of CPU an event; ${speedText(run.speed)}`);
  return run;
};

const changesSince = (sinceMs: number) =>
  readTopic<MembershipChanged>(stack.pipeline.credentials, 'segments.membership', sinceMs);

/** Times from when the event of a call was due to be sent until its change of membership was in the log. */
async function callToMembership(sinceMs: number): Promise<Distribution> {
  const records = await changesSince(sinceMs);
  const tookMs = records.flatMap(({ appendedMs, value: { reason, message_id } }) => {
    const run = message_id?.split('-')[0] ?? '';
    const due = reason === 'event' && message_id !== null ? dueTime(message_id, run) : null;
    return due === null ? [] : [appendedMs - due];
  });
  return distributionOf(tookMs);
}

it('with 100 live segments and 200 events a second, 99 of 100 memberships are in the log within 150 ms of the call', async () => {
  const remove = await saveFurther(stack.pipeline, 100 - OWN);
  await load(200, 30);
  const sinceMs = Date.now();
  await load(200, 60);
  const took = await callToMembership(sinceMs);
  say(`call to membership, ${shown(took)}`);
  expect(took.count).toBeGreaterThan(1_000);
  expect(took.p99).toBeLessThanOrEqual(150);
  await remove();
});

it('with 100 live segments and 1,000 events a second, 99 of 100 memberships are in the log within 100 ms of their identified events', async () => {
  const remove = await saveFurther(stack.pipeline, 100 - OWN);
  await load(1_000, 30);
  const sinceMs = Date.now();
  await load(1_000, 30);
  const events = await readTopic<EventIdentified>(stack.pipeline.credentials, 'events.identified', sinceMs);
  const identifiedMs = new Map(events.map(({ appendedMs, value }) => [value.message_id, appendedMs]));
  const tookMs = (await changesSince(sinceMs)).flatMap(({ appendedMs, value: { reason, message_id } }) => {
    const startedMs = reason === 'event' ? identifiedMs.get(message_id ?? '') : undefined;
    return startedMs === undefined ? [] : [appendedMs - startedMs];
  });
  const took = distributionOf(tookMs);
  say(`events.identified to segments.membership, ${shown(took)}`);
  expect(took.count).toBeGreaterThan(1_000);
  expect(took.p99).toBeLessThanOrEqual(100);
  await remove();
});

it('with 1,000 segments at least half the events a second go through that go through with 10', async () => {
  const removeFew = await saveFurther(stack.pipeline, 10 - OWN);
  await load(1_000, 20);
  const limits = { start: stack.startingRate * 0.85, least: 200, most: 20_000, step: 1.2, precision: 0.1 };
  const rate = await highestSustained(limits, (at) => load(at, 20));
  await removeFew();
  const removeMany = await saveFurther(stack.pipeline, 1_000 - OWN);
  await load(500, 30);
  const run = await load(Math.ceil(rate / 2), 60);
  say(`with 10 segments ${rate}/s; with 1,000, at half of that: ${run.verdict}`);
  expect(run.verdict).toBe('flat');
  await removeMany();
});

/** Has so many people do something over a minute, a request of many people at a time, each at its due time. */
async function setTimers(event: string): Promise<void> {
  const { ingestionUrl, writeKey } = stack.pipeline.credentials;
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  const startedMs = performance.now();
  for (let sent = 0; sent < TIMERS; sent += AT_ONCE) {
    const early = startedMs + (sent * 60_000) / TIMERS - performance.now();
    if (early > 0) await pause(early);
    const batch = Array.from({ length: AT_ONCE }, (_, n) => ({
      ...{ type: 'track', event, anonymousId: `timer-${sent + n}`, messageId: `timer-${sent + n}` },
    }));
    const answer = await fetch(`${ingestionUrl}/v1/batch`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ batch }),
    });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  }
}

it('100,000 timers due in one minute fire within 60 s, and live entries take at most twice as long meanwhile', async () => {
  const key = 'bench-timers';
  const { pipeline } = stack;
  const url = `${pipeline.credentials.segmentationUrl}/v1/segments/${key}`;
  const condition = { did: 'Timer Set', within: `${TIMER_WINDOW_MS / 1000}s` };
  await pipeline.put(url, { name: 'Bench: timers', condition });
  await pipeline.published(key);
  const before = await load(200, 60);
  const sinceMs = Date.now();
  await setTimers('Timer Set');
  await pause(Math.max(0, sinceMs + TIMER_WINDOW_MS - Date.now()));
  const during = await load(200, 60);
  const left = await eventually(
    'all timers have fired',
    async () => {
      const records = await changesSince(sinceMs);
      return records.filter(({ value }) => value.segment === key && value.reason === 'time');
    },
    (records) => records.length >= TIMERS,
    300_000,
  );
  const late = distributionOf(left.map(({ appendedMs, value }) => appendedMs - Number(value.event_time)));
  say(
    `timers, ${shown(late)} late; live p99 ${before.arrivals.enteredMs.p99} before, ${during.arrivals.enteredMs.p99}`,
  );
  expect(left).toHaveLength(TIMERS);
  expect(late.max).toBeLessThanOrEqual(60_000);
  expect(during.arrivals.enteredMs.p99).toBeLessThanOrEqual(2 * (before.arrivals.enteredMs.p99 ?? 0));
  await pipeline.remove(url);
});
