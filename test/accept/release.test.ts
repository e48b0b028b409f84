import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';

const SEGMENT = 'released-ordered';
const PARTITIONS = 2;
const WITHIN_MS = 120_000;

const webhook = new WebhookCatcher();
let opened: OpenedStack;
let hilo: HiloClient;

beforeAll(async () => {
  opened = await openStack({
    ...{ embedded: true, partitions: PARTITIONS },
    services: ['ingestion', 'identity', 'profile', 'segmentation', 'activation', 'history'],
  });
  hilo = new HiloClient(opened.credentials);
  await hilo.segment(SEGMENT, { did: 'Order Completed', within: '20s' });
  await hilo.destination('released', await webhook.listen(), webhook.secret, [SEGMENT]);
});
afterAll(async () => {
  webhook.close();
  await opened?.close();
});

/** What the webhook received about the segment, each change once. */
const received = () => {
  const changes = new Map(webhook.about(SEGMENT).map(({ change }) => [change.version, change]));
  return [...changes.values()]
    .toSorted((a, b) => a.version - b.version)
    .map(({ status, reason, unproven }) => `${status} by ${reason}${unproven ? ', unproven' : ''}`);
};

const order = (messageId: string) =>
  hilo.send('track', { userId: 'ada', messageId, event: 'Order Completed', properties: { revenue: 1 } });

/** Runs the command as an operator does; resolves with what it says. */
async function timeRelease(stage: string, partition: string): Promise<string> {
  const { segmentationUrl, adminToken } = opened.credentials;
  const env = { ...process.env, HILO_SEGMENTATION_URL: segmentationUrl, HILO_ADMIN_TOKEN: adminToken };
  const args = ['infra/dist/time/main.js', 'release', stage, partition];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return stdout;
}

interface WaitingExits {
  readonly people: number;
  readonly origins: readonly { readonly stage: string; readonly partition: number; readonly released: boolean }[];
}

async function waitingExits(): Promise<WaitingExits> {
  const { body } = await hilo.admin('GET', `${opened.credentials.segmentationUrl}/v1/time`);
  return body as WaitingExits;
}

it('people leave while identity is down, once each of its partitions is released, and come back for what it brings', async () => {
  await order('before');
  await eventually(
    'ada is in',
    async () => received(),
    (all) => all.length === 1,
  );
  const identity = opened.stack?.processes.get('identity-0');
  if (identity === undefined) throw new Error('a stack of its own is needed');
  // What works cannot be left out.
  await expect(timeRelease('identity', '0')).rejects.toThrow(/less than 10 seconds behind/);
  await expect(timeRelease('identity', '9')).rejects.toThrow(/from 0 to 1/);
  identity.kill('SIGKILL');
  await identity.stop();
  await order('unread');
  const waiting = await eventually('ada waits to leave', waitingExits, ({ people }) => people > 0, WITHIN_MS);
  expect(waiting.origins).toMatchObject([0, 1].map((partition) => ({ stage: 'identity', partition, released: false })));
  expect(received()).toEqual(['entered by event']);
  for (const partition of ['0', '1'])
    expect(await timeRelease('identity', partition)).toContain('left out until it moves');
  await eventually(
    'ada has left',
    async () => received(),
    (all) => all.length === 2,
    WITHIN_MS,
  );
  expect(received()[1]).toBe('exited by time, unproven');
  await eventually(
    'both are left out',
    waitingExits,
    ({ people, origins }) => people === 0 && origins.every(({ released }) => released),
    WITHIN_MS,
  );
  await identity.start();
  await order('after');
  await eventually(
    'ada is in again',
    async () => received(),
    (all) => all.length >= 3,
    WITHIN_MS,
  );
  await eventually(
    'ada has left for good',
    async () => received().at(-1),
    (last) => last === 'exited by time',
    WITHIN_MS,
  );
  expect(received()[2]).toBe('entered by event');
  const unproven = () =>
    hilo.rows<{ status: string }>(
      `SELECT status FROM hilo.membership_changes WHERE segment = '${SEGMENT}' AND unproven`,
    );
  await eventually('ClickHouse knows', unproven, (rows) => rows.length >= 1, WITHIN_MS);
  const { body } = await hilo.admin('GET', `${opened.credentials.segmentationUrl}/v1/changes`);
  const targets = (body as { readonly items: readonly { readonly target: string }[] }).items.map(
    ({ target }) => target,
  );
  for (const partition of [0, 1]) expect(targets).toContain(`v1/time/origins/identity/${partition}/release`);
  await eventually('nobody is waited for', waitingExits, ({ origins }) => origins.length === 0, WITHIN_MS);
});
