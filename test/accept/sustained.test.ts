import { afterAll, beforeAll, expect, it } from 'vitest';
import { batchFor, type LoadRun, runLoad } from '../bench/load-run.ts';
import { type MeasuredStack, openMeasuredStack } from './measured-stack.ts';

const RATE = 3000;
const MINUTES = 10;

/** Caches and heaps fill for a while at this rate before memory can be called flat: V8 takes what it may before it collects. */
const SETTLING_S = 300;

/** What memory may differ by between the start and the end of ten minutes: a process breathes between collections. */
const BREATH_MIB = 64;

const STACK_MIB_AT_MOST = 4096;

let stack: MeasuredStack;
let run: LoadRun;
beforeAll(async () => {
  stack = await openMeasuredStack();
  await runLoad(stack, RATE, SETTLING_S, batchFor(RATE));
  run = await runLoad(stack, RATE, MINUTES * 60, batchFor(RATE));
}, 30 * 60_000);
afterAll(async () => {
  // What bounds it, for docs/performance.md.
  process.stdout.write(`${JSON.stringify({ speed: run?.speed, usage: run?.usage }, null, 1)}\n`);
  await stack?.close();
});

it('3,000 events a second go through every stage for ten minutes, with flat lag', () => {
  expect(run.verdict).toBe('flat');
  expect(run.load.accepted).toBe(RATE * MINUTES * 60);
});

it('no process grows over these ten minutes', () => {
  const grown = run.usage.filter(
    ({ memory_start_mib, memory_end_mib }) => memory_end_mib > memory_start_mib + BREATH_MIB,
  );
  expect(grown).toEqual([]);
});

it('the whole stack stays under 4 GB', () => {
  const totalMib = run.usage.reduce((sum, { memory_end_mib }) => sum + memory_end_mib, 0);
  expect(totalMib).toBeLessThan(STACK_MIB_AT_MOST);
});
