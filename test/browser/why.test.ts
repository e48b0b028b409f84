import { sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { addPerson } from './console-people.ts';
import { ConsolePage, type Look, openBrowser } from './console-page.ts';
import { consoleWords } from './console-words.ts';

const RUN = `why${Date.now().toString(36)}`;
const credentials = sharedStack();
const hilo = new HiloClient(credentials);
let browser: Browser;
let profile: string;
let open: ConsolePage | null = null;

interface MembersPage {
  readonly items: readonly { readonly profile_id: string }[];
}

beforeAll(async () => {
  browser = await openBrowser();
  await hilo.segment(RUN, {
    all: [
      { trait: 'town', is: { eq: RUN } },
      { did: RUN, count: { gte: 2 }, within: '30d' },
    ],
  });
  await hilo.send('identify', { userId: RUN, messageId: `${RUN}-0`, traits: { town: RUN } });
  for (const number of [1, 2]) await hilo.send('track', { userId: RUN, messageId: `${RUN}-${number}`, event: RUN });
  const { body } = await eventually(
    'the person is in',
    () => hilo.admin('GET', `${credentials.segmentationUrl}/v1/segments/${RUN}/members`),
    (answer) => (answer.body as MembersPage).items.length === 1,
  );
  profile = (body as MembersPage).items[0]?.profile_id ?? '';
});
afterAll(() => browser?.close());
afterEach(async () => {
  expect(open?.faults ?? []).toEqual([]);
  await open?.close();
  open = null;
});

async function at(path: string, look: Look): Promise<ConsolePage> {
  const { email, password } = await addPerson(credentials, 'viewer');
  open = await ConsolePage.open(browser, credentials.consoleUrl, look);
  await open.signIn(email, password);
  await open.go(path);
  return open;
}

it('says on a person’s page why they are in a segment, by which events, and what would take them out', async () => {
  const words = await consoleWords('en');
  const console = await at(`/profiles/${profile}`, { language: 'en', width: 'desktop', scheme: 'light' });
  const { page } = console;
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: RUN, exact: true }) });
  await row.getByRole('button', { name: words('elements.show'), exact: true }).click();
  const conditions = page.getByRole('list', { name: words('segments/why.conditions'), exact: true });
  await conditions.getByText(words('segments/why.all')).waitFor();
  expect(await conditions.getByText(words('segments/why.met'), { exact: true }).count()).toBe(3);
  await conditions.getByText(words('segments/why.countAtLeast', 2), { exact: true }).waitFor();
  await page.getByText(words('segments/why.traitFails', 'town'), { exact: true }).waitFor();
  // The history may have the events, and the entry, a moment later.
  await page.getByRole('cell', { name: words('segments/why.entered'), exact: true }).waitFor();
  expect(await console.violations()).toEqual([]);
  await conditions.locator(`a[href*="${RUN}-2"]`).click();
  await page.waitForURL(new RegExp(`/events/${RUN}-2`));
});

it('says so in Spanish on the page of a segment, on a phone in the dark, and lists entries and exits', async () => {
  const words = await consoleWords('es');
  const console = await at(`/segments/${RUN}`, { language: 'es', width: 'phone', scheme: 'dark' });
  const { page } = console;
  await page.getByRole('button', { name: words('elements.show'), exact: true }).click();
  await page.getByText(words('segments/why.traitFails', 'town'), { exact: true }).waitFor();
  const changes = page.getByRole('region', { name: words('segments/why.history'), exact: true });
  // A cell's name begins with that of its column here.
  await changes.getByText(words('segments/why.entered'), { exact: true }).waitFor();
  expect(await console.violations()).toEqual([]);
  expect(await console.overflow()).toBeLessThanOrEqual(0);
});
