import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DASHBOARDS, prometheusProgram } from '@hilo/infra';
import { sharedStack } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentedMetrics, exposedMetrics } from './documented-metrics.ts';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';
import { PrometheusServer } from './prometheus-server.ts';
import { WebhookCatcher } from './webhook-catcher.ts';

const RUN = `mon${Date.now().toString(36)}`;
const SEGMENT = 'monitoring-ordered';
/** Grafana's `$__rate_interval` for a Prometheus that scrapes each second; history inserts every two. */
const RATE_INTERVAL = '20s';
const EVERY_MS = 250;
/** Rates need some scrapes, and history some seconds. */
const DATA_WITHIN_MS = 50_000;

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const webhook = new WebhookCatcher();
const prometheus = new PrometheusServer();
let traffic: Promise<void>;
let flowing = true;

/** A thin stream of people who are new, order, and so enter a segment that a destination hears of. */
async function flow(): Promise<void> {
  for (let n = 0; flowing; n += 1) {
    const userId = `${RUN}-${n}`;
    await hilo.send('batch', {
      batch: [
        { type: 'identify', userId, messageId: `${userId}-i`, traits: { country: 'Spain' } },
        { type: 'track', userId, messageId: `${userId}-t`, event: 'Order Completed', properties: { revenue: n } },
      ],
    });
    await runStatement();
    await pause(EVERY_MS);
  }
}

/** A statement as somebody at a dashboard has it run. */
async function runStatement(): Promise<void> {
  const answer = await fetch(`${credentials.historyUrl}/v1/queries`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credentials.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: randomUUID(), sql: 'SELECT 1' }),
  });
  if (!answer.ok) throw new Error(`a statement is answered with ${answer.status}: ${await answer.text()}`);
  await answer.body?.cancel();
}

beforeAll(async () => {
  await hilo.segment(SEGMENT, { did: 'Order Completed', within: '5s' });
  await hilo.destination('monitoring', await webhook.listen(), webhook.secret, [SEGMENT]);
  traffic = flow();
  // Awaited at the end: until then a failure must not count as unhandled.
  traffic.catch(() => undefined);
  await prometheus.start(credentials);
});

afterAll(async () => {
  flowing = false;
  await traffic;
  await prometheus.stop();
  await hilo.admin('DELETE', `${credentials.activationUrl}/v1/destinations/monitoring`);
  webhook.close();
});

const exposition = async (url: string) => (await fetch(`${url}/metrics`)).text();

describe('the metrics of the services', () => {
  it('are those of docs/metrics.md, all of them, with those types and labels', async () => {
    const documented = documentedMetrics(readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8'));
    const exposed = new Map<string, string>();
    for (const url of Object.values(credentials.operations).flat()) {
      for (const [name, { type, labels }] of exposedMetrics(await exposition(url))) {
        exposed.set(name, type);
        if (labels !== null) expect(labels, name).toEqual(documented.get(name)?.labels);
      }
    }
    const types = Object.fromEntries([...documented].map(([name, { type }]) => [name, type]));
    expect(Object.fromEntries(exposed)).toEqual(types);
  });

  it('are as promtool wants them', async () => {
    for (const url of Object.values(credentials.operations).flat()) expect(await lint(await exposition(url))).toBe('');
  });
});

describe('a Prometheus that scrapes the stack', () => {
  it('evaluates every rule, and every recording rule has something to record', async () => {
    const rules = await eventually(
      'every rule was evaluated',
      () => prometheus.rules(),
      (found) => found.length > 0 && found.every(({ health }) => health !== 'unknown'),
    );
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    const recorded = rules.flatMap(({ name, type }) => (type === 'recording' ? [name] : []));
    await haveData(recorded);
  });

  it('has data for every panel of every dashboard that says so, and understands the others', async () => {
    const expected: string[] = [];
    for (const { exporter, rows } of DASHBOARDS) {
      for (const { expr, mayBeEmpty } of rows.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries))) {
        const query = expr.replaceAll('$__rate_interval', RATE_INTERVAL);
        // No exporter runs beside the embedded stores: of what it would report, the form alone can be checked.
        const isFromExporter = exporter !== undefined && new RegExp(`\\b(${PREFIXES[exporter]})_`).test(query);
        if (mayBeEmpty === true || isFromExporter) await prometheus.ask(query);
        else expected.push(query);
      }
    }
    expect(expected.length).toBeGreaterThan(100);
    await haveData(expected);
  });

  it('sees that nothing is lost', async () => {
    for (const difference of [
      'instance:hilo_events_unaccounted:difference',
      'instance:hilo_events_unidentified:difference',
    ])
      for (const { labels, value } of await prometheus.ask(difference)) expect(value, labels.instance).toBe(0);
    const firing = await prometheus.ask(
      'ALERTS{alertname=~"HiloEventsUnaccounted|HiloDeliveryUnended|HiloPartitionHeld"}',
    );
    expect(firing).toEqual([]);
  });
});

const PREFIXES = { kafka: 'kafka', postgres: 'pg' } as const;

/** Waits until each query has a number for an answer. */
async function haveData(queries: readonly string[]): Promise<void> {
  let missing = queries;
  await eventually(
    'every query has data',
    async () => {
      const answers = await Promise.all(missing.map((query) => prometheus.ask(query)));
      missing = missing.filter((_, index) => !(answers[index] ?? []).some(({ value }) => !Number.isNaN(value)));
      return missing;
    },
    (left) => left.length === 0,
    DATA_WITHIN_MS,
  );
}

/** What `promtool check metrics` has to say; nothing, if all is well. */
function lint(text: string): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(prometheusProgram('promtool'), ['check', 'metrics'], (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
    child.stdin?.end(text);
  });
}
