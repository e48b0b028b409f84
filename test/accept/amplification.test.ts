import { type OpenedStack, openStack, seededBatch } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HiloClient } from '../e2e/hilo-client.ts';

const BATCHES = Number(process.env['HILO_ACCEPT_BATCHES'] ?? 10_000);
const SENDERS = 4;
const LIMITS = { max_event_bytes: 32 * 1024, max_batch_bytes: 500 * 1024 };
const MERGED_BYTES = 8 * 1024 * 1024;
/** Most of all heap and buffers that ingestion may hold more than before, once everything is written. */
const MEMORY_BYTES = 150 * 1024 * 1024;

let opened: OpenedStack;
let hilo: HiloClient;
beforeAll(async () => {
  opened = await openStack();
  hilo = new HiloClient(opened.credentials);
});
afterAll(() => opened?.close());

/** A figure of ingestion's metrics. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${opened.credentials.ingestionUrl}/metrics`)).text();
  const found = text
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.slice(name.length + 1);
  if (found === undefined) throw new Error(`no metric ${name}`);
  return Number(found);
}

async function memoryBytes(): Promise<number> {
  return (await metric('nodejs_heap_size_used_bytes')) + (await metric('nodejs_external_memory_bytes'));
}

/** Sends until the door has room for it. */
async function post(body: string): Promise<number> {
  for (;;) {
    const { status } = await hilo.post('batch', body);
    if (status !== 429 && status !== 503) return status;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

it(`${BATCHES} seeded batches: 413 above 8 MB merged, no valid event lost, memory as before`, {
  timeout: 7_200_000,
}, async () => {
  await post(seededBatch(0, LIMITS, 'warm').body);
  const before_bytes = await memoryBytes();
  let next = 0;
  let expected = 0;
  const taken_before = await metric('hilo_ingestion_door_events_total{outcome="taken"}').catch(() => 0);
  const sender = async (): Promise<void> => {
    while (next < BATCHES) {
      const seed = ++next;
      const batch = seededBatch(seed, LIMITS, `accept-${process.pid}`);
      const status = await post(batch.body);
      const is_too_large = batch.merged_bytes > MERGED_BYTES && !batch.is_broken;
      expect([seed, status === 413]).toEqual([seed, is_too_large]);
      expect([200, 400, 413]).toContain(status);
      if (!is_too_large) expected += batch.valid.length;
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  const taken = (await metric('hilo_ingestion_door_events_total{outcome="taken"}')) - taken_before;
  expect(taken).toBeGreaterThanOrEqual(expected);
  await expect
    .poll(async () => (await memoryBytes()) - before_bytes, { timeout: 120_000, interval: 2_000 })
    .toBeLessThan(MEMORY_BYTES);
});
