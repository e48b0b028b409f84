import { createRequire } from 'node:module';
import { sharedStack } from '@hilo/test-stack';
import type RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { type TestSource, createSource, endsOf } from './ending.ts';
import { FalteringEndpoint } from './faltering-endpoint.ts';

/** As its page says: `require`. Its module for `import` names no file that Node finds. */
const Rudder = createRequire(import.meta.url)('@rudderstack/rudder-sdk-node') as typeof RudderAnalytics;

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const RUN = Date.now().toString(36);
let endpoints: FalteringEndpoint[] = [];

afterEach(async () => {
  for (const endpoint of endpoints) await endpoint.close();
  endpoints = [];
});

async function openEndpoint(failures: number): Promise<FalteringEndpoint> {
  const endpoint = await FalteringEndpoint.open(credentials.ingestionUrl, failures);
  endpoints.push(endpoint);
  return endpoint;
}

interface ShownEvent {
  readonly type: string;
  readonly event: string | null;
  readonly user_id: string | null;
  readonly anonymous_id: string | null;
  readonly traits: string;
  readonly properties: string;
  readonly timestamp_ms: number;
  readonly timestamp_unreadable: boolean;
}

/** The events of a source in ClickHouse, in the order of their times. */
function shown(source: TestSource, count: number): Promise<ShownEvent[]> {
  const sql = `SELECT type, event, user_id, anonymous_id, traits_text AS traits, properties_text AS properties,
      toUnixTimestamp64Milli(timestamp) AS timestamp_ms, timestamp_unreadable
    FROM hilo.events WHERE source = {source:String} ORDER BY timestamp`;
  return eventually(
    `${count} events of ${source.key} are in ClickHouse`,
    () => hilo.rows<ShownEvent>(sql, { source: source.key }),
    (rows) => rows.length >= count,
  );
}

describe('@rudderstack/rudder-sdk-node, unmodified', () => {
  it('sends every kind of call; traits and order are as sent, in ClickHouse and in the Profile API', async () => {
    const source = await createSource(credentials, 'rudder-node');
    const user = `${RUN}-rudder`;
    const client = new Rudder(source.write_key, {
      dataPlaneUrl: `${credentials.ingestionUrl}/`,
      flushAt: 20,
      logLevel: 'error',
    });
    const startMs = Date.now() - 60_000;
    // The first call goes alone, at once: its way may take longer than that of the others.
    const at = (n: number) => new Date(startMs + n * 5000);
    client.identify({ userId: user, traits: { email: `${user}@shop.example`, plan: 'trial' }, timestamp: at(1) });
    client.identify({ userId: user, context: { traits: { plan: 'gold', age: 41 } }, timestamp: at(2) });
    client.identify({
      userId: user,
      traits: { plan: 'paid' },
      timestamp: at(3),
    });
    client.track({
      userId: user,
      event: 'Order Completed',
      properties: { revenue: 9.5, products: [{ sku: 'a' }] },
      timestamp: at(4),
    });
    client.page({
      anonymousId: `${user}-a`,
      name: 'Home',
      properties: { url: 'https://shop.example/' },
      timestamp: at(5),
    });
    client.screen({ anonymousId: `${user}-a`, name: 'Basket', timestamp: at(6) });
    client.group({ userId: user, groupId: 'g', traits: { name: 'Group' }, timestamp: at(7) });
    client.alias({ userId: user, previousId: `${user}-a`, timestamp: at(8) });
    await client.flush();

    const { accepted, rejected } = await endsOf(credentials, source, 8);
    expect(rejected).toEqual([]);
    expect(new Set(accepted.map(({ message_id }) => message_id)).size).toBe(8);
    const rows = await shown(source, 8);
    expect(rows.map(({ type }) => type)).toEqual([
      'identify',
      'identify',
      'identify',
      'track',
      'page',
      'screen',
      'group',
      'alias',
    ]);
    expect(rows.slice(0, 3).map(({ traits }) => JSON.parse(traits) as unknown)).toEqual([
      { email: `${user}@shop.example`, plan: 'trial' },
      { plan: 'gold', age: 41 },
      { plan: 'paid' },
    ]);
    expect(JSON.parse(rows[3]?.properties ?? '')).toEqual({ revenue: 9.5, products: [{ sku: 'a' }] });
    expect(rows.every(({ timestamp_unreadable }) => !timestamp_unreadable)).toBe(true);
    const profile = await eventually(
      'the profile has every trait',
      () => hilo.profile(`user_id:${user}`, 'traits'),
      ({ body }) => JSON.stringify(body).includes('paid'),
    );
    expect(profile.body).toMatchObject({
      traits: { email: `${user}@shop.example`, plan: 'paid', age: 41 },
    });
  });

  it('sends again what was answered with 503, and nothing counts twice', async () => {
    const source = await createSource(credentials, 'rudder-node-retry');
    const endpoint = await openEndpoint(2);
    const client = new Rudder(source.write_key, {
      ...{ dataPlaneUrl: endpoint.url, flushAt: 20, retryCount: 5, logLevel: 'silent' },
      axiosRetryConfig: { retryDelay: () => 100 },
    });
    client.identify({ userId: `${RUN}-again`, traits: { plan: 'gold' } });
    client.track({ userId: `${RUN}-again`, event: 'Order Completed' });
    await client.flush();
    const { accepted, rejected } = await endsOf(credentials, source, 2);
    expect([accepted.map(({ type }) => type).toSorted(), rejected]).toEqual([['identify', 'track'], []]);
    expect(endpoint.passed.filter(({ status }) => status === 503)).toHaveLength(2);
  });
});
