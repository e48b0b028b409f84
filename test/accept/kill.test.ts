import { afterAll, beforeAll, it } from 'vitest';
import { killEverythingOnce, openKillRound } from '../e2e/kill-round.ts';

const ROUNDS = Array.from({ length: 10 }, (_, round) => round);

let stack: Awaited<ReturnType<typeof openKillRound>>;
beforeAll(async () => {
  stack = await openKillRound();
});
afterAll(() => stack?.close());

it.each(ROUNDS)('everything counts once though every process is killed and one sleeps, round %i', async (round) => {
  await killEverythingOnce(stack, round);
});
