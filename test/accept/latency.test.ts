import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LoadRun, runLoad } from '../bench/load-run.ts';
import { speedText } from '../bench/machine-speed.ts';
import { type MeasuredStack, openMeasuredStack } from './measured-stack.ts';

let stack: MeasuredStack;
let run: LoadRun;
beforeAll(async () => {
  stack = await openMeasuredStack();
  run = await runLoad(stack, 200, 60, 1);
});
afterAll(async () => {
  if (run !== undefined) process.stdout.write(`${speedText(run.speed)}\n`);
  await stack?.close();
});

it('at 200 events a second, 99 of 100 entries are at the webhook within 150 ms of the call that causes them', () => {
  expect(run.load.refused).toBe(0);
  expect(run.arrivals.enteredMs.count).toBeGreaterThan(300);
  expect(run.arrivals.enteredMs.p99).toBeLessThanOrEqual(150);
});

it('99 of 100 who leave by time are out, at the webhook, within 2.5 s of when they are due', () => {
  expect(run.arrivals.leftByTimeMs.count).toBeGreaterThan(20);
  expect(run.arrivals.leftByTimeMs.p99).toBeLessThanOrEqual(2500);
});
