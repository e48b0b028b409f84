import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { batchFor, costOf, type LoadRun, runLoad } from '../bench/load-run.ts';
import { highestSustained } from '../bench/sustained-rate.ts';
import { addPerson } from '../browser/console-people.ts';
import { ConsolePage, openBrowser } from '../browser/console-page.ts';
import { longTasks, noteLongTasks } from '../browser/long-tasks.ts';
import { type MeasuredStack, openMeasuredStack } from './measured-stack.ts';

/** Share of what the stack sustains on this machine today. */
const SHARE = 0.8;
const SEARCH = { least: 1000, most: 4000, step: 1.2, precision: 0.1 } as const;
const TRIAL_S = 40;
const RUN_S = 90;

/** Somebody looks in every other run, so that a machine that turns slower or faster does so for both. */
const LOOKS = 3;

const CPU_AT_MOST = 1.05;
const TASK_MS_AT_MOST = 200;

/** The pages on which something moves, and how long somebody looks at each. */
const LIVE_PAGES = ['Home', 'Live events', 'Operations', 'Segments', 'Rejected events', 'Deliveries'] as const;
const LOOK_MS = 10_000;

let stack: MeasuredStack;
let browser: Browser;
let rate = 0;
const alone: LoadRun[] = [];
const watched: LoadRun[] = [];
const tasksMs: number[] = [];

beforeAll(async () => {
  stack = await openMeasuredStack();
  browser = await openBrowser();
  const viewer = await addPerson(stack.pipeline.credentials, 'viewer');
  const sustained = await highestSustained({ ...SEARCH, start: stack.startingRate }, (tried) =>
    runLoad(stack, tried, TRIAL_S, batchFor(tried)),
  );
  rate = Math.round(sustained * SHARE);
  const load = () => runLoad(stack, rate, RUN_S, batchFor(rate));
  alone.push(await load());
  for (let look = 0; look < LOOKS; look += 1) {
    const at = await ConsolePage.open(browser, stack.pipeline.credentials.consoleUrl, {
      language: 'en',
      width: 'desktop',
      scheme: 'light',
    });
    await noteLongTasks(at.page);
    await at.signIn(viewer.email, viewer.password);
    let flowing = true;
    const running = load().finally(() => {
      flowing = false;
    });
    await lookAround(at, () => flowing);
    watched.push(await running);
    tasksMs.push(...(await longTasks(at.page)));
    await at.close();
    alone.push(await load());
  }
}, 40 * 60_000);

afterAll(async () => {
  const figures = {
    rate,
    aloneUs: alone.map((run) => costOf(run)),
    watchedUs: watched.map((run) => costOf(run)),
    speeds: [...alone, ...watched].map(({ speed }) => speed),
    verdicts: [...alone, ...watched].map(({ verdict }) => verdict),
    byProcessUs: byProcess(),
    tasksMs,
  };
  process.stdout.write(`${JSON.stringify(figures, null, 1)}\n`);
  await browser?.close();
  await stack?.close();
});

it('the console of somebody who looks on costs the stack less than 5 % of its CPU', () => {
  expect(rate).toBeGreaterThan(0);
  expect(new Set([...alone, ...watched].map(({ verdict }) => verdict))).toEqual(new Set(['flat']));
  expect(meanCpu(watched)).toBeLessThan(meanCpu(alone) * CPU_AT_MOST);
  expect(meanCpu(watched, 'console-')).toBeLessThan(meanCpu(watched) * (CPU_AT_MOST - 1));
});

it('no task keeps the browser of that person busy for more than 200 ms', () => {
  expect(tasksMs.filter((ms) => ms > TASK_MS_AT_MOST)).toEqual([]);
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

/** Microseconds that the processes of the stack whose names begin so spend on an event, or all of them. */
function meanCpu(runs: readonly LoadRun[], named = ''): number {
  return runs.reduce((sum, run) => sum + costOf(run, named), 0) / runs.length;
}

/** What each process spends on an event, without and with somebody looking. */
function byProcess(): Record<string, { readonly alone: number; readonly watched: number }> {
  const names = new Set(watched.flatMap(({ usage }) => usage.map(({ name }) => name)));
  return Object.fromEntries(
    [...names].map((name) => [name, { alone: meanCpu(alone, name), watched: meanCpu(watched, name) }]),
  );
}
