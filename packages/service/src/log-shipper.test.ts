import { register } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogShipper } from './log-shipper.ts';
import type { TrailEntry } from './otlp-logs.ts';
import { OtlpReceiver } from './testing/otlp-receiver.ts';

const PATIENT = { timeout: 20_000, interval: 10 };
const QUICK = { everyMs: 5, pauseMs: 20, answeredWithinMs: 2_000, flushedWithinMs: 2_000 };

let receiver: OtlpReceiver;
let shippers: LogShipper[] = [];
let states: string[] = [];
let before: Readonly<Record<string, number>>;

beforeEach(async () => {
  receiver = new OtlpReceiver();
  await receiver.start();
  states = [];
  shipper();
  before = await counted();
});
afterEach(async () => {
  await Promise.all(shippers.splice(0).map((one) => one.stop()));
  await receiver.stop().catch(() => undefined);
  shippers = [];
});

function shipper(limits: ConstructorParameters<typeof LogShipper>[0]['limits'] = {}): LogShipper {
  const made = new LogShipper({
    url: receiver.url,
    headers: { authorization: 'Bearer abc' },
    resource: { 'service.name': 'hilo-x' },
    changed: (state, reason) => states.push(`${state} ${reason}`.trim()),
    limits: { ...QUICK, ...limits },
  });
  shippers.push(made);
  return made;
}

async function counted(): Promise<Readonly<Record<string, number>>> {
  const names = ['hilo_log_records_sent_total', 'hilo_log_records_dropped_total'];
  const found = await Promise.all(names.map(async (name) => register.getSingleMetric(name)?.get()));
  const values = found.flatMap((metric) => metric?.values ?? []);
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels['reason'] ?? 'sent'), value]));
}

/** How much the counters have grown since the test began. */
async function grown(): Promise<Readonly<Record<string, number>>> {
  const now = await counted();
  const grew = Object.entries(now).map(([name, value]) => [name, value - (before[name] ?? 0)] as const);
  return Object.fromEntries(grew.filter(([, value]) => value > 0));
}

const bodies = () => receiver.records.map(({ body }) => body);
const line = (msg: string) => `${JSON.stringify({ level: 30, time: '2026-01-31T12:00:00.000Z', msg })}\n`;
const entry = (who: string, after: unknown = null): TrailEntry => ({
  ...{ when_ms: 1, who, what: 'changed', target: 'x', method: null, address: null, reason: null, count: 1 },
  ...{ before: null, after, change_id: null },
});

describe('a log that is sent', () => {
  it('arrives in its order, with the headers, and says of whom it is', async () => {
    const one = shipper();
    await one.start();
    for (const msg of ['a', 'b', 'c']) one.line(line(msg));
    one.entry(entry('ann'));
    await expect.poll(() => receiver.records.length, PATIENT).toBe(4);
    expect(bodies().filter((body) => body.length === 1)).toEqual(['a', 'b', 'c']);
    expect(bodies()).toContain('ann changed x');
    expect(receiver.records[0]?.resource).toEqual({ 'service.name': 'hilo-x' });
    expect(receiver.headers[0]).toMatchObject({ authorization: 'Bearer abc', 'content-type': 'application/json' });
    await expect.poll(grown, PATIENT).toEqual({ sent: 4 });
  });

  it('waits while the receiver is down, and arrives when it is back', async () => {
    await receiver.stop();
    const one = shipper();
    await one.start();
    for (let n = 0; n < 1_000; n++) one.line(line(String(n)));
    await expect.poll(() => states, PATIENT).toEqual(['lost ECONNREFUSED']);
    one.entry(entry('ann'));
    await receiver.start();
    await expect.poll(() => receiver.records.length, PATIENT).toBe(1_001);
    expect(bodies().filter((body) => body !== 'ann changed x')).toEqual(
      Array.from({ length: 1_000 }, (_, n) => String(n)),
    );
    await expect.poll(() => states, PATIENT).toEqual(['lost ECONNREFUSED', 'found']);
    await expect.poll(grown, PATIENT).toEqual({ sent: 1_001 });
  });

  it.each([401, 404, 429, 500, 503])('waits while the receiver answers %i', async (status) => {
    receiver.answer = { status };
    const one = shipper();
    await one.start();
    one.line(line('a'));
    await expect.poll(() => states, PATIENT).toEqual([`lost the receiver answers ${status}`]);
    receiver.answer = { status: 200 };
    await expect.poll(bodies, PATIENT).toEqual(['a']);
  });

  it('is bounded while nobody takes it, and what is too much is counted', async () => {
    await receiver.stop();
    const one = shipper({ waitingEach: 10 });
    await one.start();
    for (let n = 0; n < 25; n++) one.line(line(String(n)));
    expect(await grown()).toEqual({ full: 15 });
    await receiver.start();
    await expect.poll(bodies, PATIENT).toEqual(Array.from({ length: 10 }, (_, n) => String(n)));
  });

  it('is bounded by its characters, too', async () => {
    const one = shipper({ waitingCharacters: 1_000 });
    for (let n = 0; n < 10; n++) one.line(line('x'.repeat(300)));
    expect(await grown()).toEqual({ full: 8 });
  });

  it('drops no entry of the trail because of a flood of lines', async () => {
    await receiver.stop();
    const one = shipper({ waitingEach: 10 });
    await one.start();
    for (let n = 0; n < 100; n++) one.line(line('noise'));
    one.entry(entry('ann'));
    await receiver.start();
    await expect.poll(bodies, PATIENT).toContain('ann changed x');
  });

  it('gives up what the receiver refuses, counts it, and goes on', async () => {
    receiver.answer = { status: 400 };
    const one = shipper();
    await one.start();
    one.line(line('a'));
    await expect.poll(grown, PATIENT).toEqual({ refused: 1 });
    receiver.answer = { status: 200, body: { partialSuccess: { rejectedLogRecords: '1' } } };
    one.line(line('b'));
    await expect.poll(grown, PATIENT).toEqual({ refused: 2 });
    receiver.answer = { status: 200 };
    one.line(line('c'));
    await expect.poll(grown, PATIENT).toEqual({ refused: 2, sent: 1 });
  });

  it('is cut into requests, and a record that is larger than a request goes alone', async () => {
    const one = shipper({ batchRecords: 3, batchCharacters: 2_000 });
    one.entry(entry('large', 'x'.repeat(5_000)));
    for (const msg of ['a', 'b', 'c', 'd']) one.line(line(msg));
    await one.start();
    await expect.poll(() => receiver.records.length, PATIENT).toBe(5);
    expect(receiver.requests).toBe(3);
  });

  it('is sent to its end when the process ends, but not for long', async () => {
    const one = shipper({ everyMs: 60_000 });
    await one.start();
    one.line(line('last'));
    await one.stop();
    expect(bodies()).toEqual(['last']);
    await receiver.stop();
    const other = shipper({ everyMs: 60_000 });
    await other.start();
    other.line(line('lost'));
    await other.stop();
    expect(await grown()).toEqual({ sent: 1, full: 1 });
  });

  it('follows no redirect', async () => {
    receiver.answer = { status: 307 };
    const one = shipper();
    await one.start();
    one.line(line('a'));
    await expect.poll(() => states, PATIENT).toEqual(['lost the receiver answers 307']);
  });
});
