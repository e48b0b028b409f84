import { afterAll, beforeAll, it } from 'vitest';
import { killEverythingOnce, openKillRound } from './kill-round.ts';

let round: Awaited<ReturnType<typeof openKillRound>>;
beforeAll(async () => {
  round = await openKillRound();
}, 300_000);
afterAll(() => round?.close(), 120_000);

it('every event, change and delivery counts once, though every process is killed and one sleeps', async () => {
  await killEverythingOnce(round, 0);
}, 900_000);
