import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';

const TRACE = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const MESSAGE = 'traced-order';
const SEGMENT = 'traced';

/** What a span's name is on the way of one event to the webhook. */
const STEPS = [
  'POST /v1/track',
  'ingestion events.received',
  'identity events.accepted',
  'profile events.identified',
  'segmentation events.identified',
  'activation segments.membership',
  'webhook',
  'history events.identified',
];

let data: string;
let collector: Server;
const spans: Buffer[] = [];
let opened: OpenedStack;
const webhook = new WebhookCatcher();

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hilo-accept-'));
  collector = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      spans.push(Buffer.concat(chunks));
      reply.end();
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_SCHEDULE_DELAY: '200' };
  opened = await openStack({ data, embedded: true, env });
});

afterAll(async () => {
  webhook.close();
  await opened?.close();
  collector?.closeAllConnections();
  collector?.close();
  await rm(data, { recursive: true, force: true });
});

it('one event is followed by its messageId from the request to the webhook, in the trace and in the logs', async () => {
  const hilo = new HiloClient(opened.credentials);
  await hilo.segment(SEGMENT, { did: 'Order Completed', within: '10m' });
  await hilo.destination('traced', await webhook.listen(), webhook.secret, [SEGMENT]);
  const event = { userId: 'trace-ann', event: 'Order Completed', messageId: MESSAGE, properties: { revenue: 1 } };
  const traceparent = `00-${TRACE}-1234567890abcdef-01`;
  expect((await hilo.post('track', JSON.stringify(event), { traceparent })).status).toBe(200);

  const [call] = await eventually(
    'the webhook is called',
    async () => webhook.about(SEGMENT),
    (calls) => calls.length > 0,
  );
  expect(call?.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));

  await eventually(
    'every step is at the collector',
    async () => STEPS.filter((step) => !spans.some((body) => isOfTrace(body) && body.includes(step))),
    (missing) => missing.length === 0,
  );
  await eventually(
    'every step is in the logs, with the message',
    async () => {
      const lines = await linesAbout(MESSAGE);
      return STEPS.filter((step) => !lines.some(({ msg, trace_id }) => msg === step && trace_id === TRACE));
    },
    (missing) => missing.length === 0,
  );
});

function isOfTrace(body: Buffer): boolean {
  return body.includes(Buffer.from(TRACE, 'hex'));
}

async function linesAbout(message_id: string): Promise<{ readonly msg?: string; readonly trace_id?: string }[]> {
  const folder = join(data, 'logs');
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith('{') && line.includes(message_id))
    .map((line) => JSON.parse(line) as { readonly msg?: string; readonly trace_id?: string });
}
