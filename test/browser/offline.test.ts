import { sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HiloClient } from '../e2e/hilo-client.ts';
import { addPerson, type ConsolePerson } from './console-people.ts';
import { ConsolePage, openBrowser } from './console-page.ts';
import { consoleWords } from './console-words.ts';

const RUN = `off${Date.now().toString(36)}`;
const credentials = sharedStack();
const hilo = new HiloClient(credentials);
let browser: Browser;
let admin: ConsolePerson;
let open: ConsolePage | null = null;

beforeAll(async () => {
  browser = await openBrowser();
  admin = await addPerson(credentials, 'admin');
});
afterAll(() => browser?.close());
afterEach(async () => {
  await open?.close();
  open = null;
});

async function signedIn(language: 'en' | 'es'): Promise<ConsolePage> {
  open = await ConsolePage.open(browser, credentials.consoleUrl, { language, width: 'desktop', scheme: 'light' });
  await open.signIn(admin.email, admin.password);
  return open;
}

it.each(['en', 'es'] as const)(
  'Home says so within two seconds when the connection is gone, in %s',
  async (language) => {
    const words = await consoleWords(language);
    const at = await signedIn(language);
    const { page } = at;
    await page.getByText(words('elements.live'), { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByText(words('elements.cut')).first().waitFor({ timeout: 2_000 });
    expect(await page.getByText(words('elements.live'), { exact: true }).count()).toBe(0);
    expect(await at.violations()).toEqual([]);
    await page.context().setOffline(false);
    await page.getByText(words('elements.live'), { exact: true }).waitFor();
  },
);

it('what is saved without a connection fails at once, and is never sent later', async () => {
  const words = await consoleWords('en');
  const at = await signedIn('en');
  const { page } = at;
  await page.getByRole('link', { name: words('shell.sources'), exact: true }).click();
  await page
    .getByRole('main')
    .getByRole('link', { name: words('sources.add'), exact: true })
    .first()
    .click();
  await page.getByLabel(words('sources.key'), { exact: true }).fill(RUN);
  await page.getByLabel(words('sources.name'), { exact: true }).fill(RUN);
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') sent.push(request.url());
  });
  await page.context().setOffline(true);
  await page.getByRole('button', { name: words('sources.saveNew'), exact: true }).click();
  await page.getByRole('alert').getByText(words('elements.offlineHelp')).waitFor({ timeout: 2_000 });
  expect(await page.getByRole('button', { name: words('sources.saveNew'), exact: true }).isEnabled()).toBe(true);
  await page.context().setOffline(false);
  // The page is connected again, and has had the time to send what it might have kept.
  await page.getByRole('link', { name: words('shell.home'), exact: true }).click();
  const question = page.getByRole('dialog', { name: words('elements.unsaved') });
  await question.getByRole('button', { name: words('elements.stay'), exact: true }).click();
  expect(await page.getByLabel(words('sources.key'), { exact: true }).inputValue()).toBe(RUN);
  await page.getByRole('link', { name: words('shell.home'), exact: true }).click();
  await question.getByRole('button', { name: words('elements.leave'), exact: true }).click();
  await page.getByText(words('elements.live'), { exact: true }).waitFor();
  expect(sent).toEqual([]);
  expect((await hilo.admin('GET', `${credentials.ingestionUrl}/v1/sources/${RUN}`)).status).toBe(404);
});

it.each(['en', 'es'] as const)(
  'a page that was not loaded before says that there is no connection, and loads once there is one, in %s',
  async (language) => {
    const words = await consoleWords(language);
    const at = await signedIn(language);
    const { page } = at;
    await page.getByText(words('elements.live'), { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('link', { name: words('shell.audit'), exact: true }).click();
    await page.getByRole('alert').getByText(words('elements.pageOfflineHelp')).waitFor();
    expect(await at.violations()).toEqual([]);
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: words('shell.audit'), level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/audit');
  },
);
