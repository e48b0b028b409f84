import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { batchFor, type LoadRun, runLoad } from '../bench/load-run.ts';
import { addPerson } from '../browser/console-people.ts';
import { ConsolePage, openBrowser } from '../browser/console-page.ts';
import { longTasks, noteLongTasks } from '../browser/long-tasks.ts';
import { type MeasuredStack, openMeasuredStack } from './measured-stack.ts';

/** 80 % of what the stack sustains. */
const RATE = 2400;
const SETTLING_S = 60;
const RUN_S = 90;

const CPU_AT_MOST = 1.05;
const TASK_MS_AT_MOST = 200;

/** The pages on which something moves, and how long somebody looks at each. */
const LIVE_PAGES = ['Home', 'Live events', 'Operations', 'Segments', 'Rejected events', 'Deliveries'] as const;
const LOOK_MS = 10_000;

let stack: MeasuredStack;
let browser: Browser;
const alone: LoadRun[] = [];
let watched: LoadRun;
let tasks_ms: readonly number[] = [];

beforeAll(async () => {
  stack = await openMeasuredStack();
  browser = await openBrowser();
  const load = (seconds: number) => runLoad(stack, RATE, seconds, batchFor(RATE));
  await load(SETTLING_S);
  alone.push(await load(RUN_S));
  const { email, password } = await addPerson(stack.pipeline.credentials, 'viewer');
  const at = await ConsolePage.open(browser, stack.pipeline.credentials.consoleUrl, {
    language: 'en',
    width: 'desktop',
    scheme: 'light',
  });
  await noteLongTasks(at.page);
  await at.signIn(email, password);
  let flowing = true;
  const running = load(RUN_S).finally(() => {
    flowing = false;
  });
  await lookAround(at, () => flowing);
  watched = await running;
  tasks_ms = await longTasks(at.page);
  await at.close();
  alone.push(await load(RUN_S));
}, 20 * 60_000);

afterAll(async () => {
  const figures = [...alone, watched].map((run) => ({ verdict: run?.verdict, cpu_us_per_event: run && cpuOf(run) }));
  process.stdout.write(`${JSON.stringify({ figures, tasks_ms, console: consoleOf(watched) }, null, 1)}\n`);
  await browser?.close();
  await stack?.close();
});

it('the console of somebody who looks on costs the stack less than 5 % of its CPU', () => {
  expect(watched.verdict).toBe('flat');
  expect(cpuOf(watched)).toBeLessThan(Math.max(...alone.map(cpuOf)) * CPU_AT_MOST);
  expect(consoleOf(watched)).toBeLessThan(cpuOf(watched) * (CPU_AT_MOST - 1));
});

it('no task keeps the browser of that person busy for more than 200 ms', () => {
  expect(tasks_ms.filter((ms) => ms > TASK_MS_AT_MOST)).toEqual([]);
});

/** Goes from page to page by the links, as long as events flow. */
async function lookAround({ page }: ConsolePage, flowing: () => boolean): Promise<void> {
  for (let n = 0; flowing(); n += 1) {
    const name = LIVE_PAGES[n % LIVE_PAGES.length] as string;
    await page.getByRole('link', { name, exact: true }).first().click();
    await page.locator('main h1').waitFor();
    await pause(LOOK_MS);
  }
}

/** Microseconds that all processes of the stack spend on an event. */
function cpuOf({ usage }: LoadRun): number {
  return usage.reduce((sum, { cpu_us_per_event }) => sum + cpu_us_per_event, 0);
}

/** Microseconds of an event that are the console's own. */
function consoleOf(run: LoadRun): number {
  return cpuOf({ ...run, usage: run.usage.filter(({ name }) => name.startsWith('console-')) });
}
