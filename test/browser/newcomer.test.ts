import { sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';
import { addPerson, type ConsolePerson } from './console-people.ts';
import { ConsolePage, openBrowser } from './console-page.ts';

/** Tells what this run makes from what another one made on the same stack. */
const RUN = `ui${Date.now().toString(36)}`;

/** Would run, were it ever taken for markup. */
const SCRIPT = '<img src=x onerror="alert(1)"><script>alert(2)</script>';

/** Services read the sizes of their stores once in 30 s, and show them at the next look. */
const SIZES_WITHIN_MS = 60_000;

/** Of a page, packed as they are sent. */
const SCRIPT_BYTES_ADDED = 300_000;

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const webhook = new WebhookCatcher();
let browser: Browser;
let admin: ConsolePerson;
let viewer: ConsolePerson;
let hook: string;
let open: ConsolePage | null = null;

beforeAll(async () => {
  browser = await openBrowser();
  hook = await webhook.listen();
  admin = await addPerson(credentials, 'admin');
  viewer = await addPerson(credentials, 'viewer');
});

afterAll(async () => {
  webhook.close();
  await browser?.close();
});

beforeEach(() => {
  open = null;
});

afterEach(async () => {
  const faults = open?.faults ?? [];
  await open?.close();
  expect(faults).toEqual([]);
});

async function signedIn(look: Parameters<typeof ConsolePage.open>[2], person: ConsolePerson): Promise<ConsolePage> {
  open = await ConsolePage.open(browser, credentials.consoleUrl, look);
  await open.signIn(person.email, person.password);
  return open;
}

describe('a newcomer at a computer', () => {
  it('sees the pipeline flow, finds a person, builds a segment, adds a webhook, and sees the delivery', async () => {
    const at = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, admin);
    const { page } = at;
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('Segmentation', { exact: true }).first().waitFor();
    expect(await at.violations()).toEqual([]);

    const ann = `${RUN}-ann`;
    await hilo.send('identify', {
      userId: ann,
      messageId: `${RUN}-1`,
      traits: { email: `${ann}@example.com`, plan: SCRIPT },
    });
    await eventually(
      'the person is known',
      () => hilo.profile(`email:${ann}@example.com`, 'traits'),
      ({ status }) => status === 200,
    );
    await page.getByRole('link', { name: 'Profiles' }).click();
    await page.getByLabel('Identifier').fill(`${ann}@example.com`);
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('heading', { name: `${ann}@example.com` }).waitFor();
    await page.getByText(SCRIPT).first().waitFor();
    await page.getByRole('table', { name: 'What identifies this person' }).getByText(ann, { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Segments', exact: true }).first().click();
    await page.getByRole('link', { name: 'Create a segment' }).first().click();
    const name = `Newcomers ${RUN} <b>bold</b>`;
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Key', { exact: true }).fill(RUN);
    await page.getByLabel('Did the event').fill('Order Completed');
    await page.getByLabel('How often').selectOption({ label: 'at least …' });
    await page.getByLabel('Times').fill('2');
    await page.getByRole('button', { name: 'Add a trait' }).click();
    await page.getByLabel('Trait', { exact: true }).fill('email');
    await page.getByLabel('Test', { exact: true }).last().selectOption({ label: 'is known' });
    await page.getByText('did “Order Completed” at least 2 times and email is known').waitFor();
    expect(await at.violations()).toEqual([]);
    await page.getByRole('button', { name: 'Create the segment' }).click();
    await page.getByRole('heading', { name }).waitFor();
    await page.getByText('Nobody is in it now.').waitFor();

    await page.getByRole('link', { name: 'Destinations' }).click();
    await page.getByRole('link', { name: 'Add a destination' }).first().click();
    await page.getByLabel('Type', { exact: true }).selectOption({ label: 'Webhook' });
    await page.getByLabel('Key', { exact: true }).fill(RUN);
    await page.getByLabel('Address').fill(hook);
    await page.getByLabel('Only these segments').check();
    await page.getByRole('combobox', { name: 'Chosen segments' }).fill(RUN);
    await page.getByRole('option').filter({ hasText: RUN }).click();
    await page.getByLabel('Secret', { exact: true }).fill(webhook.secret);
    await page.getByRole('button', { name: 'Add the destination' }).click();
    await page.getByText(`“${RUN}” is ready.`).waitFor();

    await page.goto(`${credentials.consoleUrl}/segments/${RUN}`);
    await page.getByText('Being published to the stream').waitFor({ state: 'detached' });
    for (const n of [2, 3]) {
      await hilo.send('track', { userId: ann, event: 'Order Completed', messageId: `${RUN}-${n}`, properties: {} });
    }
    await page.getByRole('table', { name: 'People in this segment' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await page.getByText('Order Completed').first().waitFor();

    await page.goto(`${credentials.consoleUrl}/deliveries?destination=${RUN}`);
    const delivery = page.getByRole('row').filter({ hasText: `entered ${RUN}` });
    await delivery.getByText('delivered').waitFor();
    await delivery.getByRole('button', { name: 'Show details' }).click();
    await page.getByText(`${RUN}-3`).waitFor();
    expect(webhook.about(RUN)).toMatchObject([{ signed: true, change: { status: 'entered' } }]);
  });

  it('is offered the events, properties and values that were seen', async () => {
    const event = `Seen ${RUN}`;
    await hilo.send('track', { userId: `${RUN}-bea`, event, messageId: `${RUN}-seen`, properties: { seats: 5 } });
    const { page } = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, admin);
    await eventually(
      'the event is offered',
      async () => {
        await page.goto(`${credentials.consoleUrl}/segments/new`);
        await page.locator('datalist option').first().waitFor({ state: 'attached' });
        return page.locator(`datalist option[value="${event}"]`).count();
      },
      (count) => count > 0,
    );
    await page.getByLabel('Did the event').fill(event);
    await page.getByRole('button', { name: 'Only with a property…' }).click();
    await page.locator('datalist option[value="seats"]').waitFor({ state: 'attached' });
    await page.getByLabel('Property', { exact: true }).fill('seats');
    await page.locator('datalist option[value="5"]').waitFor({ state: 'attached' });
    expect(await page.getByLabel('Kind of value').inputValue()).toBe('number');
    await page.getByLabel('Value', { exact: true }).fill('7');
    await page.getByText(`did “${event}” with seats 7`).waitFor();
  });

  it('sees how large a segment has been, what happened today, and how every process runs', async () => {
    const at = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, viewer);
    const { page } = at;
    await page.getByText('Events accepted').waitFor();
    await page.getByText('latency, p50 and p99').first().waitFor();
    await page.getByRole('link', { name: 'More on processes' }).click();
    const process = page
      .getByRole('table', { name: 'Processes of all services' })
      .getByRole('row')
      .filter({ hasText: 'Segmentation' });
    await process.first().getByText('ready').waitFor();
    await process.first().getByText('Node').waitFor();
    await page
      .getByRole('table', { name: 'Records waiting by stage and topic' })
      .getByRole('row')
      .filter({ hasText: 'events.received' })
      .getByRole('button', { name: 'Show details' })
      .click();
    await page.getByText('Partition 0:').waitFor();
    const own = page
      .getByRole('table', { name: 'Processes of all services' })
      .getByRole('row')
      .filter({ hasText: 'Console' });
    await own.getByText('ready').waitFor();
    await page
      .getByRole('table', { name: 'PostgreSQL on disk' })
      .getByRole('row')
      .filter({ hasText: 'Segmentation' })
      .getByRole('button', { name: 'Show details' })
      .click();
    await page.getByText(/^member: /).waitFor();
    await page
      .getByRole('table', { name: 'ClickHouse on disk' })
      .getByRole('cell', { name: 'event_rows' })
      .waitFor({ timeout: SIZES_WITHIN_MS });
    expect(await at.violations()).toEqual([]);

    const list = page.getByRole('table', { name: 'Segments with their sizes' });
    const row = list.getByRole('row').filter({ has: page.getByRole('link', { name: `Newcomers ${RUN}` }) });
    await at.go('/segments');
    await row.getByRole('img', { name: '1 now, 1 at most in the last 7 days' }).waitFor();
    expect(await at.violations()).toEqual([]);
    await page.route('**/api/history/v1/segments/sizes?*', (route) => route.fulfill({ status: 400, json: {} }));
    await at.go('/segments');
    await page.getByText('The sizes of the last 7 days cannot be read for now').waitFor();
    expect(await row.getByRole('img').count()).toBe(0);
    await page.unroute('**/api/history/v1/segments/sizes?*');

    await at.go(`/segments/${RUN}`);
    await page.getByRole('img', { name: /1 now, 1 at most/ }).waitFor();
    await page.getByText('0 at the beginning, 1 entered and 0 left: 1.').waitFor();
    await page.getByLabel('Time', { exact: true }).selectOption({ label: 'the last 30 days' });
    await page.getByRole('img', { name: /1 now, 1 at most/ }).waitFor();
    expect(await at.violations()).toEqual([]);
  });

  it('finds a rejected event with its reason, and what was sent as text', async () => {
    const body = JSON.stringify({ userId: RUN, messageId: `${RUN}-bad`, note: SCRIPT });
    await hilo.post('track', body);
    const { page } = await signedIn({ language: 'en', width: 'desktop', scheme: 'dark' }, admin);
    await page.getByRole('link', { name: 'Rejected events' }).click();
    const list = page.getByRole('table', { name: 'Rejected events' });
    const row = list.getByRole('row').filter({ hasText: 'missing_event' }).first();
    await row.getByText('A track call has no event name.').waitFor();
    await row.getByRole('button', { name: 'Show details' }).click();
    await page.getByText('alert(2)').first().waitFor();
  });

  it('watches events arrive, and follows one of them through every stage', async () => {
    const at = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, admin);
    const { page } = at;
    await page.getByRole('link', { name: 'Live events' }).click();
    await page.getByLabel('Person').fill(`${RUN}-live`);
    const filtered = page.waitForResponse(
      (response) =>
        response.url().endsWith('/events/live') && response.request().postData()?.includes(`${RUN}-live`) === true,
    );
    await page.getByRole('button', { name: 'Filter' }).click();
    await filtered;
    await page.getByText('Live', { exact: true }).waitFor();
    await hilo.send('track', { userId: `${RUN}-live`, event: SCRIPT, messageId: `${RUN}-live-1`, properties: {} });
    await page.getByRole('table', { name: 'Events as they arrive' }).getByRole('link', { name: SCRIPT }).click();
    await page.getByText('Belongs to a profile').waitFor();
    await page.getByText(`${RUN}-live-1`).first().waitFor();
    expect(await at.violations()).toEqual([]);
    await page.getByText('Processing finished').waitFor({ timeout: 60_000 });
    await page.getByText('No segment entered or left', { exact: true }).waitFor();
  });

  it('replays an event that was rejected, once its source takes events of its size', async () => {
    const source = `${RUN}-late`;
    const key = `${RUN}-write-key`;
    await hilo.source(source, { name: 'Late', write_key: key, max_event_bytes: 1024 });
    const body = { userId: RUN, messageId: `${RUN}-big`, event: 'Big', properties: { text: 'x'.repeat(2000) } };
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
    await hilo.post('track', JSON.stringify(body), { authorization });
    await hilo.source(source, { name: 'Late', write_key: key });
    const at = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, admin);
    const { page } = at;
    await page.goto(`${credentials.consoleUrl}/rejected?source=${source}`);
    const list = page.getByRole('table', { name: 'Rejected events' });
    await list.getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Replay the selected (1)' }).click();
    await page.getByText('1 event accepted').waitFor();
    await list.getByText('accepted', { exact: true }).waitFor();
    expect(await at.violations()).toEqual([]);
  });

  it('sees where a condition is not complete, and what makes it so', async () => {
    const { page } = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, admin);
    await page.getByRole('link', { name: 'Segments', exact: true }).first().click();
    await page.getByRole('link', { name: 'Create a segment' }).first().click();
    await page.getByRole('button', { name: 'Create the segment' }).click();
    await page.getByText('Give it a name.').waitFor();
    await page.getByText('Name the event as it is sent, such as Order Completed.').waitFor();
  });

  it('can begin with the keyboard: the first tab skips to the content', async () => {
    const { page } = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, admin);
    await page.reload();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('content');
  });
});

const PATHS = [
  ...[
    '/',
    '/events',
    '/events/nobody',
    '/operations',
    '/profiles',
    '/segments',
    '/segments/new',
    '/lists',
    '/lists/new',
    '/destinations',
    '/destinations/new',
    '/deliveries',
    '/sources',
  ],
  ...['/sources/demo', '/rejected', '/people', '/people/new', '/tokens', '/tokens/new', '/audit', '/account'],
  ...[
    '/explore',
    '/explore/saved',
    '/dashboards',
    '/dashboards/sales',
    '/dashboards/customers',
    '/dashboards/pipeline',
  ],
];

describe('every page', () => {
  it.each([
    { language: 'es', width: 'phone', scheme: 'light' },
    { language: 'en', width: 'phone', scheme: 'dark' },
    { language: 'es', width: 'desktop', scheme: 'dark' },
    { language: 'en', width: 'desktop', scheme: 'light' },
  ] as const)('can be read by everybody: $language, $width, $scheme', async (look) => {
    const at = await signedIn(look, admin);
    const found: string[] = [];
    for (const path of PATHS) {
      await at.go(path);
      await at.page.locator('main h1').waitFor();
      await at.page.locator('main [role="status"] .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
      found.push(...(await at.violations()).map((violation) => `${path}: ${violation}`));
      if ((await at.overflow()) > 0) found.push(`${path}: ${await at.overflow()} pixels wider than the screen`);
      expect(await at.page.locator('html').getAttribute('lang')).toBe(look.language);
    }
    expect(found).toEqual([]);
  });

  it('adds at most 300 KB of script to what Home has', async () => {
    const at = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, admin);
    const scriptsOf = async (path: string) => {
      await at.go(path);
      await at.page.locator('main h1').waitFor();
      await at.page.locator('main .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
      return await at.scripts();
    };
    const shared = await scriptsOf('/');
    const added: Record<string, number> = {};
    for (const path of PATHS) {
      const own = [...(await scriptsOf(path))].filter(([name]) => !shared.has(name));
      added[path] = own.reduce((sum, [, bytes]) => sum + bytes, 0);
    }
    process.stdout.write(`bytes of script besides those of Home: ${JSON.stringify(added)}\n`);
    expect(added['/explore']).toBeGreaterThan(0);
    expect(Math.max(...Object.values(added))).toBeLessThan(SCRIPT_BYTES_ADDED);
  });
});

describe('a viewer', () => {
  it('is offered nothing that changes anything, and no page on people', async () => {
    const at = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, viewer);
    const { page } = at;
    for (const [path, button] of [
      ['/segments', 'Create a segment'],
      ['/lists', 'New list'],
      ['/destinations', 'Add a destination'],
      ['/sources', 'Add a source'],
    ] as const) {
      await at.go(path);
      await page.locator('main h1').waitFor();
      await page.locator('main table, main .mantine-Paper-root').first().waitFor();
      expect(await page.getByText(button).count()).toBe(0);
    }
    expect(await page.getByRole('link', { name: 'Team' }).count()).toBe(0);
    await at.go('/people');
    await page.getByText('You do not have permission to do that.').waitFor();
  });

  it('sees nothing once signed out', async () => {
    const { page } = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, viewer);
    await page.getByRole('button', { name: 'Account of Test viewer' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${credentials.consoleUrl}/segments`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('changes language and colours, and finds both again', async () => {
    const { page } = await signedIn({ language: 'en', width: 'desktop', scheme: 'light' }, viewer);
    await page.getByRole('button', { name: 'Language: English' }).click();
    await page.getByRole('menuitem', { name: 'Español' }).click();
    await page.getByRole('heading', { name: 'Inicio' }).waitFor();
    await page.getByRole('button', { name: 'Colores: Como el sistema' }).click();
    await page.getByRole('menuitem', { name: 'Oscuro' }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'Inicio' }).waitFor();
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
  });
});
