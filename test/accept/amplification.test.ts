import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type OpenedStack, type SeededBatch, openStack, seededBatch } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HiloClient } from '../e2e/hilo-client.ts';
import { ReceivedBytes } from './received-bytes.ts';

const BATCHES = Number(process.env['HILO_ACCEPT_BATCHES'] ?? 10_000);
const SENDERS = 4;
const USUAL = { max_event_bytes: 32 * 1024, max_batch_bytes: 500 * 1024 };
const LARGEST = { max_event_bytes: 512 * 1024, max_batch_bytes: 4 * 1024 * 1024 };
/** Of so many batches, one goes to a source with the largest limits. */
const LARGEST_EVERY = 20;
const MERGED_BYTES = 8 * 1024 * 1024;
const PREFIX = `accept-${process.pid}`;
/** What an event may take beside three times its own bytes. */
const AN_ITEM_BYTES = 4096;
const SECTION_MS = 200;
/** Most of all heap and buffers that ingestion may hold more than before, once everything is written. */
const MEMORY_BYTES = 150 * 1024 * 1024;
const LONG_MS = 7_200_000;

/** One try of a request. All of its records have a time of the ingest endpoint between these two. */
interface Attempt {
  readonly source: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly status: number;
  readonly seed: number;
  readonly mostBytes: number;
}

let folder: string;
let opened: OpenedStack;
let hilo: HiloClient;
let read: ReceivedBytes;
let begun_ms = 0;
let beforeBytes = 0;
const attempts: Attempt[] = [];
const valid = new Map<number, number>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-amplification-'));
  await writeFile(turns(), '');
  opened = await openStack({
    embedded: true,
    services: ['ingestion'],
    env: {
      NODE_OPTIONS: `--import=${new URL('turn-monitor.ts', import.meta.url).href}`,
      HILO_TEST_TURNS: turns(),
    },
  });
  hilo = new HiloClient(opened.credentials);
  read = new ReceivedBytes(opened.credentials, PREFIX);
  await read.start();
}, 600_000);
afterAll(async () => {
  await read?.stop();
  await opened?.close();
  await rm(folder, { recursive: true, force: true });
});

function turns(): string {
  return join(folder, 'turns');
}

/** A figure of ingestion's metrics. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${opened.credentials.operations.ingestion[0]}/metrics`)).text();
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

async function source(key: string, limits: typeof USUAL): Promise<void> {
  await hilo.source(key, { name: key, write_key: `key-of-${key}`, answer: 'explicit', ...limits });
}

function mostBytes({ isBroken, body, mergedBytes, items }: SeededBatch): number {
  return isBroken ? 3 * Buffer.byteLength(body) + AN_ITEM_BYTES : 3 * mergedBytes + AN_ITEM_BYTES * items;
}

/** Sends one request after the other, each until the ingest endpoint has room for it. */
async function sendAs(sender: string, next: () => number | null): Promise<void> {
  let lastMs = Date.now();
  for (let seed = next(); seed !== null; seed = next()) {
    const isLargest = seed % LARGEST_EVERY === 0;
    const source = `${sender}-${isLargest ? 'largest' : 'usual'}`;
    const authorization = `Basic ${Buffer.from(`key-of-${source}:`).toString('base64')}`;
    const batch = seededBatch(seed, isLargest ? LARGEST : USUAL, PREFIX);
    for (let status = 0; status === 0 || status === 429 || status === 503; ) {
      // No two requests of a source share a millisecond: their records are told apart by it.
      while (Date.now() <= lastMs) await pause(1);
      const from_ms = Date.now();
      ({ status } = await hilo.post('batch', batch.body, { authorization }));
      lastMs = Date.now();
      attempts.push({ source, from_ms, to_ms: lastMs, status, seed, mostBytes: mostBytes(batch) });
      if (status === 429 || status === 503) await pause(200);
    }
    const isTooLarge = batch.mergedBytes > MERGED_BYTES && !batch.isBroken;
    expect([seed, attempts.at(-1)?.status === 413]).toEqual([seed, isTooLarge]);
    if (!isTooLarge && batch.valid.length > 0) valid.set(seed, batch.valid.length);
  }
}

it(`${BATCHES} seeded batches: 200 or 400, and 413 above 8 MB merged`, { timeout: LONG_MS }, async () => {
  const senders = Array.from({ length: SENDERS }, (_, index) => `${PREFIX}-${index}`);
  for (const sender of senders) {
    await source(`${sender}-usual`, USUAL);
    await source(`${sender}-largest`, LARGEST);
  }
  expect((await hilo.post('batch', seededBatch(0, USUAL, 'warm').body)).status).toBeLessThan(500);
  beforeBytes = await memoryBytes();
  begun_ms = Date.now();
  let sent = 0;
  await Promise.all(senders.map((sender) => sendAs(sender, () => (sent < BATCHES ? ++sent : null))));
  for (const { seed, status } of attempts) expect([200, 400, 413, 429, 503], `seed ${seed}`).toContain(status);
});

it('every valid event is accepted once', { timeout: LONG_MS }, async () => {
  const total = [...valid.values()].reduce((sum, count) => sum + count, 0);
  await expect
    .poll(() => [...read.accepted.values()].reduce((sum, count) => sum + count, 0), { timeout: LONG_MS, interval: 500 })
    .toBeGreaterThanOrEqual(total);
  expect(new Map([...read.accepted].sort(([a], [b]) => a - b))).toEqual(new Map([...valid].sort(([a], [b]) => a - b)));
  process.stdout.write(`${valid.size} batches with ${total} valid events\n`);
});

it('of each request at most three times its merged events, and 4 KB an event, reach events.received', () => {
  let [all, most, worst] = [0, 0, 0];
  const bySource = Map.groupBy(read.received, ([request]) => request.split(' ')[0] ?? '');
  for (const { source, from_ms, to_ms, seed, mostBytes } of attempts) {
    const bytes = (bySource.get(source) ?? [])
      .filter(([request]) => Number(request.split(' ')[1]) >= from_ms && Number(request.split(' ')[1]) <= to_ms)
      .reduce((sum, [, size]) => sum + size, 0);
    expect(bytes, `seed ${seed}`).toBeLessThanOrEqual(mostBytes);
    all += bytes;
    most += mostBytes;
    if (mostBytes > 0) worst = Math.max(worst, bytes / mostBytes);
  }
  expect(all).toBeGreaterThan(0);
  process.stdout.write(`${all} bytes of at most ${most}; the worst request took ${Math.round(worst * 100)} %\n`);
});

it(`no synchronous section of ingestion takes ${SECTION_MS} ms of CPU`, async () => {
  const looks = (await readFile(turns(), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ').map(Number))
    .filter(([timeMs = 0]) => timeMs > begun_ms)
    .map(([, usedMs = 0]) => usedMs)
    .sort((a, b) => b - a);
  process.stdout.write(`the longest sections: ${looks.slice(0, 10).map(Math.round).join(', ')} ms\n`);
  expect(looks[0] ?? 0).toBeLessThan(SECTION_MS);
});

it('memory returns to its level', { timeout: 300_000 }, async () => {
  await expect
    .poll(async () => (await memoryBytes()) - beforeBytes, { timeout: 240_000, interval: 2_000 })
    .toBeLessThan(MEMORY_BYTES);
});
