import { sharedStack } from '@hilo/test-stack';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TestSource, createSource, endsOf } from '../conformance/ending.ts';
import { FalteringEndpoint } from '../conformance/faltering-endpoint.ts';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { openBrowser } from './console-page.ts';
import { SdkSite } from './sdk-site.ts';

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const RUN = Date.now().toString(36);
let browser: Browser;
let site: SdkSite;
let endpoints: FalteringEndpoint[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  site = await SdkSite.open();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  for (const endpoint of endpoints) await endpoint.close();
  endpoints = [];
});

/** A page of the site with an SDK's script, and a endpoint to Hilo whose first requests fail. */
async function visit(
  script: string,
  failures = 0,
): Promise<{ readonly page: Page; readonly endpoint: FalteringEndpoint }> {
  const endpoint = await FalteringEndpoint.open(credentials.ingestionUrl, failures);
  endpoints.push(endpoint);
  const page = await (await browser.newContext()).newPage();
  await page.goto(site.url);
  await page.addScriptTag({ url: `${site.url}${script}` });
  return { page, endpoint };
}

interface Rudder {
  load(key: string, url: string, options: object): void;
  identify(user: string, traits?: object): void;
  track(event: string, properties?: object): void;
  page(name: string): void;
}

interface RudderWindow {
  readonly rudderanalytics: { readonly RudderAnalytics: new () => Rudder };
  rudder: Rudder;
}

/** Loads RudderStack's SDK in the page; its queues wait short, since a test does not wait. */
async function loadRudder(page: Page, source: TestSource, url: string, options: object = {}): Promise<void> {
  const retries = { minRetryDelay: 200, maxRetryDelay: 400, backoffFactor: 2 };
  await page.evaluate(
    ([key, address, chosen]) => {
      const siteWindow = globalThis as unknown as RudderWindow;
      siteWindow.rudder = new siteWindow.rudderanalytics.RudderAnalytics();
      siteWindow.rudder.load(key, address, { configUrl: address, ...chosen });
    },
    [source.write_key, url, { queueOptions: retries, ...options }] as const,
  );
}

/** The traits of a user in the Profile API once they hold `last`, and those of its identify calls in ClickHouse. */
async function traitsOf(user: string, source: TestSource, last: string) {
  const profile = await eventually(
    `the profile of ${user} is whole`,
    () => hilo.profile(`user_id:${user}`, 'traits'),
    ({ body }) => JSON.stringify(body).includes(last),
  );
  const rows = await eventually(
    `the events of ${user} are in ClickHouse`,
    () =>
      hilo.rows<{ traits: string }>(
        "SELECT traits_text AS traits FROM hilo.events WHERE source = {source:String} AND type = 'identify' ORDER BY timestamp",
        { source: source.key },
      ),
    (found) => found.some(({ traits }) => traits.includes(last)),
  );
  return {
    profile: (profile.body as { readonly traits: unknown }).traits,
    events: rows.map(({ traits }) => JSON.parse(traits) as unknown),
  };
}

const TRAITS = { email: 'ann@shop.example', plan: 'gold', visits: 3, tags: ['a', 'b'], address: { city: 'Lima' } };

describe('@rudderstack/analytics-js in Chromium, unmodified', () => {
  it('sends traits in the context: they are the profile’s, and in ClickHouse', async () => {
    const source = await createSource(credentials, 'rudder-browser');
    const user = `${RUN}-web`;
    const { page, endpoint } = await visit('rudder.js');
    await loadRudder(page, source, endpoint.url);
    await page.evaluate(
      ([id, traits]) => {
        const { rudder } = globalThis as unknown as RudderWindow;
        rudder.page('Home');
        rudder.identify(id, traits);
        rudder.track('Order Completed', { revenue: 9.5, note: 'ñ🧵' });
      },
      [user, { ...TRAITS, email: `${user}@shop.example` }] as const,
    );
    const { accepted, rejected } = await endsOf(credentials, source, 3);
    expect(rejected).toEqual([]);
    const track = accepted.find(({ type }) => type === 'track');
    expect([track?.event, JSON.parse(track?.properties ?? '')]).toMatchObject([
      'Order Completed',
      { revenue: 9.5, note: 'ñ🧵' },
    ]);
    // Not the traits of the context of every call: only identify sets them.
    expect(track?.traits).toBeNull();
    const sent = { ...TRAITS, email: `${user}@shop.example` };
    expect(await traitsOf(user, source, 'Lima')).toEqual({ profile: sent, events: [sent] });
    expect(new Set(endpoint.passed.filter(({ method }) => method === 'POST').map(({ status }) => status))).toEqual(
      new Set([200]),
    );
  });

  it('sends by its beacon, in batches', async () => {
    const source = await createSource(credentials, 'rudder-beacon');
    const user = `${RUN}-beacon`;
    const { page, endpoint } = await visit('rudder.js');
    await loadRudder(page, source, endpoint.url, { useBeacon: true, beaconQueueOptions: { flushQueueInterval: 500 } });
    await page.evaluate(
      ([id, traits]) => {
        const { rudder } = globalThis as unknown as RudderWindow;
        rudder.identify(id, traits);
        for (let step = 1; step <= 10; step++) rudder.track(`Step ${step}`);
      },
      [user, TRAITS] as const,
    );
    const { accepted, rejected } = await endsOf(credentials, source, 11);
    expect([accepted.length, rejected]).toEqual([11, []]);
    const sent = endpoint.passed.filter(({ method }) => method === 'POST');
    expect(new Set(sent.map(({ path, status }) => `${path} ${status}`))).toEqual(new Set(['/beacon/v1/batch 200']));
    expect((await traitsOf(user, source, 'Lima')).profile).toEqual(TRAITS);
  });

  it('sends again what was answered with 503, and nothing counts twice', async () => {
    const source = await createSource(credentials, 'rudder-retry');
    const user = `${RUN}-again`;
    const { page, endpoint } = await visit('rudder.js', 2);
    await loadRudder(page, source, endpoint.url);
    await page.evaluate(
      ([id]) => {
        const { rudder } = globalThis as unknown as RudderWindow;
        rudder.identify(id, { plan: 'gold' });
        rudder.track('Order Completed');
      },
      [user] as const,
    );
    const { accepted, rejected } = await endsOf(credentials, source, 2);
    expect([accepted.map(({ type }) => type).toSorted(), rejected]).toEqual([['identify', 'track'], []]);
    expect(endpoint.passed.filter(({ status }) => status === 503)).toHaveLength(2);
    expect((await traitsOf(user, source, 'gold')).profile).toEqual({ plan: 'gold' });
  });

  it('and a page without scripts sends by a picture, which browsers can show', async () => {
    const source = await createSource(credentials, 'pixel');
    const { page, endpoint } = await visit('rudder.js');
    const event = { writeKey: source.write_key, anonymousId: `${RUN}-pixel`, event: 'Mail Opened' };
    const data = encodeURIComponent(Buffer.from(JSON.stringify(event)).toString('base64'));
    const size = await page.evaluate(async (address) => {
      const windowWithImages = globalThis as unknown as {
        Image: new () => { src: string; naturalWidth: number; naturalHeight: number; decode(): Promise<void> };
      };
      const picture = new windowWithImages.Image();
      picture.src = address;
      await picture.decode();
      return [picture.naturalWidth, picture.naturalHeight];
    }, `${endpoint.url}/v1/pixel/track?data=${data}`);
    expect(size).toEqual([1, 1]);
    expect((await endsOf(credentials, source, 1)).accepted).toMatchObject([
      { event: 'Mail Opened', anonymous_id: `${RUN}-pixel` },
    ]);
  });
});

interface SegmentWindow {
  readonly AnalyticsNext: { readonly AnalyticsBrowser: { load(settings: object, options: object): Segment } };
  segment: Segment;
}

interface Segment {
  identify(user: string, traits: object): Promise<unknown>;
  track(event: string, properties?: object): Promise<unknown>;
  page(name: string): Promise<unknown>;
}

describe('@segment/analytics-next in Chromium, unmodified', () => {
  it('sends traits and events as they are, also after a 503', async () => {
    const source = await createSource(credentials, 'segment-browser');
    const user = `${RUN}-segment`;
    const { page, endpoint } = await visit('segment/index.js', 1);
    await page.evaluate(
      async ([key, address, id, traits]) => {
        const siteWindow = globalThis as unknown as SegmentWindow;
        const segment = siteWindow.AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL: address }, {});
        await segment.page('Home');
        await segment.identify(id, traits);
        await segment.track('Order Completed', { revenue: 9.5 });
      },
      [source.write_key, endpoint.url, user, TRAITS] as const,
    );
    const { accepted, rejected } = await endsOf(credentials, source, 3);
    expect([accepted.map(({ type }) => type).toSorted(), rejected]).toEqual([['identify', 'page', 'track'], []]);
    expect(await traitsOf(user, source, 'Lima')).toEqual({ profile: TRAITS, events: [TRAITS] });
  });
});
