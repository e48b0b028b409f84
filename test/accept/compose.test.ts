import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { KILL_SEGMENTS } from '../e2e/kill-round.ts';
import { KillTraffic } from '../e2e/kill-traffic.ts';
import { checkAccounts, settled } from '../e2e/kill-verdict.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';
import { ComposeStack } from './compose-stack.ts';
import { endToEnd } from './end-to-end.ts';

const VISITS_PER_S = 40;

let stack: ComposeStack;
beforeAll(async () => {
  stack = await ComposeStack.open();
  await stack.up(2);
  process.env.HILO_TEST_WEBHOOK_HOST = await stack.hostAddress();
}, 1_200_000);
afterAll(async () => {
  delete process.env.HILO_TEST_WEBHOOK_HOST;
  await stack?.close();
});

it('a rolling restart of every service, under load, loses nothing', async () => {
  const hilo = new HiloClient(stack.credentials);
  const webhook = new WebhookCatcher();
  try {
    for (const [key, condition] of Object.entries(KILL_SEGMENTS)) await hilo.segment(key, condition);
    await hilo.destination('roll', await webhook.listen(), webhook.secret, Object.keys(KILL_SEGMENTS));
    const run = `roll-${Date.now().toString(36)}`;
    const traffic = new KillTraffic(hilo, { run, seed: 1, visitsPerS: VISITS_PER_S });
    let rolled: string;
    try {
      rolled = await stack.run('infra/docker/roll.sh');
    } finally {
      await traffic.stop();
    }
    expect(rolled.trim().split('\n')).toHaveLength(14);
    await settled({ hilo, webhook, traffic, run });
    await checkAccounts({ hilo, webhook, traffic, run });
    // Producers notice nothing: the load balancer asks another instance.
    process.stdout.write(`${traffic.accepted.size} events taken, ${traffic.refused} calls had to be sent again\n`);
    expect(traffic.refused).toBe(0);
  } finally {
    webhook.close();
    await hilo.admin('DELETE', `${stack.credentials.activationUrl}/v1/destinations/roll`);
  }
});

it('the end-to-end test passes with two of every service', async () => {
  await stack.up(2);
  expect(await endToEnd(stack.credentials, 'thread')).toBe(0);
});

it('the end-to-end test passes with one of every service', async () => {
  await stack.up(1);
  expect(await endToEnd(stack.credentials, 'thread')).toBe(0);
});

it('nothing in any container runs as root', async () => {
  const users = await stack.users();
  expect(users.size).toBeGreaterThan(11);
  for (const [name, uids] of users) {
    expect(uids.length, name).toBeGreaterThan(0);
    expect(uids, name).not.toContain(0);
  }
});

it('an event has the address that it comes from, whatever its sender claims', async () => {
  const hilo = new HiloClient(stack.credentials);
  const messageId = `address-${Date.now().toString(36)}`;
  const call = JSON.stringify({ anonymousId: messageId, messageId, event: 'Address checked' });
  const forged = { 'X-Forwarded-For': '6.6.6.6', Forwarded: 'for=6.6.6.6', 'X-Real-IP': '6.6.6.6' };
  expect((await hilo.post('track', call, forged)).status).toBe(200);
  const { url, readonlyUser, readonlyPassword } = stack.credentials.clickhouse;
  const ask = async () => {
    const headers = { 'X-ClickHouse-User': readonlyUser, 'X-ClickHouse-Key': readonlyPassword, connection: 'close' };
    const body = `SELECT context.ip FROM hilo.events WHERE message_id = '${messageId}'`;
    return (await (await fetch(url, { method: 'POST', headers, body })).text()).trim();
  };
  const address = await eventually('the event is in ClickHouse', ask, (text) => text !== '');
  expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  expect(address).not.toBe('6.6.6.6');
});
