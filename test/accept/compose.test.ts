import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HiloClient } from '../e2e/hilo-client.ts';
import { KILL_SEGMENTS } from '../e2e/kill-round.ts';
import { KillTraffic } from '../e2e/kill-traffic.ts';
import { checkAccounts, settled } from '../e2e/kill-verdict.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';
import { ComposeStack } from './compose-stack.ts';

const VISITS_PER_S = 40;

let stack: ComposeStack;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-compose-'));
  stack = await ComposeStack.open();
  await stack.up(2);
  process.env.HILO_TEST_WEBHOOK_HOST = await stack.hostAddress();
}, 1_200_000);
afterAll(async () => {
  delete process.env.HILO_TEST_WEBHOOK_HOST;
  await stack?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the end-to-end test of the whole stack against the containers. */
async function endToEnd(): Promise<number> {
  const credentials = join(folder, 'credentials.json');
  writeFileSync(credentials, JSON.stringify(stack.credentials), { mode: 0o600 });
  const args = ['run', '--config', 'test/whole-stack.vitest.config.ts', 'test/e2e/thread.test.ts'];
  const env = { ...process.env, HILO_TEST_CREDENTIALS: credentials };
  const vitest = spawn('vitest', args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  return ((await once(vitest, 'exit')) as [number])[0];
}

it('a rolling restart of every service, under load, loses nothing', async () => {
  const hilo = new HiloClient(stack.credentials);
  const webhook = new WebhookCatcher();
  try {
    for (const [key, condition] of Object.entries(KILL_SEGMENTS)) await hilo.segment(key, condition);
    await hilo.destination('roll', await webhook.listen(), webhook.secret, Object.keys(KILL_SEGMENTS));
    const run = `roll-${Date.now().toString(36)}`;
    const traffic = new KillTraffic(hilo, { run, seed: 1, visits_per_s: VISITS_PER_S });
    let rolled: string;
    try {
      rolled = await stack.run('infra/docker/roll.sh');
    } finally {
      await traffic.stop();
    }
    expect(rolled.trim().split('\n')).toHaveLength(14);
    await settled({ hilo, webhook, traffic, run });
    await checkAccounts({ hilo, webhook, traffic, run });
    // Senders notice nothing: the front door asks another instance.
    process.stdout.write(`${traffic.accepted.size} events taken, ${traffic.refused} calls had to be sent again\n`);
    expect(traffic.refused).toBe(0);
  } finally {
    webhook.close();
    await hilo.admin('DELETE', `${stack.credentials.activationUrl}/v1/destinations/roll`);
  }
});

it('the end-to-end test passes with two of every service', async () => {
  await stack.up(2);
  expect(await endToEnd()).toBe(0);
});

it('the end-to-end test passes with one of every service', async () => {
  await stack.up(1);
  expect(await endToEnd()).toBe(0);
});
