import { sharedStack } from '@hilo/test-stack';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HiloClient } from '../e2e/hilo-client.ts';
import { addPerson, type ConsolePerson } from './console-people.ts';
import { ConsolePage, type Look, openBrowser } from './console-page.ts';
import { consoleWords } from './console-words.ts';

const RUN = `man${Date.now().toString(36)}`;
const DESK: Look = { language: 'en', width: 'desktop', scheme: 'light' };
const credentials = sharedStack();
const hilo = new HiloClient(credentials);
let browser: Browser;
let admin: ConsolePerson;
let open: ConsolePage | null = null;

beforeAll(async () => {
  browser = await openBrowser();
  admin = await addPerson(credentials, 'admin');
  await hilo.segment(`${RUN}-a`, { trait: 'town', is: { eq: RUN } });
  await hilo.segment(`${RUN}-b`, { trait: 'town', is: { eq: `${RUN}-b` } });
  await hilo.send('identify', { userId: `${RUN}-ann`, messageId: `${RUN}-1`, traits: { town: RUN } });
});
afterAll(() => browser?.close());
afterEach(async () => {
  expect(open?.faults ?? []).toEqual([]);
  await open?.close();
  open = null;
});

async function signedIn(look: Look): Promise<ConsolePage> {
  open = await ConsolePage.open(browser, credentials.consoleUrl, look);
  await open.signIn(admin.email, admin.password);
  return open;
}

/** Runs in the page, whose types these tests lack: words of table cells that stand on two lines. */
const BROKEN_WORDS = `
  [...document.querySelectorAll('.list-table th, .list-table td:not([data-code])')].flatMap((cell) => {
    const broken = [];
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
      for (const { 0: word, index } of text.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (lines.size > 1) broken.push(word);
      }
    return broken;
  })
`;

/** How much a field's text stands out from what is behind it, as WCAG counts it. */
const CONTRAST = `(field) => {
  const part = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).slice(0, 3).map((value) => part(Number(value) / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const style = getComputedStyle(field);
  const [a, b] = [light(style.color), light(style.backgroundColor)].sort((x, y) => y - x);
  return Number(style.opacity) * ((a + 0.05) / (b + 0.05));
}`;

it.each(['en', 'es'] as const)('no word breaks inside a cell, in %s', async (language) => {
  const at = await signedIn({ ...DESK, language });
  for (const path of ['/segments', '/sources', '/people', '/operations', '/audit']) {
    await at.go(path);
    await at.page.locator('main .list-table').first().waitFor();
    expect([path, await at.page.evaluate(BROKEN_WORDS)]).toEqual([path, []]);
  }
});

it.each(['light', 'dark'] as const)(
  'the field with the keyboard does not look like one with a fault, and a field that can’t be changed is readable: %s',
  async (scheme) => {
    const words = await consoleWords('en');
    const at = await signedIn({ ...DESK, scheme });
    await at.go(`/segments/${RUN}-a/edit`);
    const name = at.page.getByLabel(words('segments.name'), { exact: true });
    const border = () =>
      at.page.evaluate<string>("getComputedStyle(document.querySelector('main form input')).borderTopColor");
    await name.focus();
    const focused = scheme === 'light' ? 'rgb(11, 98, 168)' : 'rgb(111, 183, 240)';
    await expect.poll(border).toBe(focused);
    await name.fill('');
    await at.page.getByRole('button', { name: words('segments.save'), exact: true }).click();
    await at.page.getByText(words('segments.needName')).waitFor();
    await expect.poll(border).not.toBe(focused);
    const key = at.page.getByLabel(words('segments.key'), { exact: true });
    expect(await key.isDisabled()).toBe(true);
    const contrast = await at.page.evaluate<number>(
      `(${CONTRAST})(document.querySelector('main form input:disabled'))`,
    );
    expect(contrast).toBeGreaterThanOrEqual(4.5);
    expect(await at.violations()).toEqual([]);
  },
);

it('keys go to anything, search the page and list themselves', async () => {
  const words = await consoleWords('en');
  const at = await signedIn(DESK);
  const { page } = at;
  const go = page.getByRole('dialog', { name: words('shell.goTo') });
  await page.keyboard.press('Control+k');
  await go.getByRole('combobox').fill('sour');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: words('shell.sources'), level: 1 }).waitFor();
  await page.getByRole('searchbox').waitFor();
  await page.keyboard.press('/');
  expect(await page.locator(':focus').getAttribute('type')).toBe('search');
  await page.keyboard.type('/?');
  expect(await page.getByRole('searchbox').inputValue()).toBe('/?');
  await page.locator('main h1').click();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: words('shell.keys') }).waitFor();
  expect(await at.violations()).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await go.getByRole('combobox').fill(`${RUN}-ann`);
  await go.getByRole('option', { name: words('shell.findPerson', `${RUN}-ann`) }).waitFor();
  expect(await at.violations()).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: `${RUN}-ann` }).waitFor();
});

it('a list is searched as a whole, and sorted by its columns', async () => {
  const words = await consoleWords('en');
  const at = await signedIn(DESK);
  const { page } = at;
  await at.go('/segments');
  await page.getByRole('searchbox').fill(RUN);
  const list = page.getByRole('table', { name: words('segments.caption') });
  const names = async () => {
    const links = list.getByRole('link');
    return { count: await links.count(), first: await links.first().textContent() };
  };
  await expect.poll(names).toEqual({ count: 2, first: `${RUN}-a` });
  await list.getByRole('button', { name: words('segments.name') }).click();
  await list.getByRole('button', { name: words('segments.name') }).click();
  await expect.poll(names).toEqual({ count: 2, first: `${RUN}-b` });
  expect(await list.getByRole('columnheader', { name: words('segments.name') }).getAttribute('aria-sort')).toBe(
    'descending',
  );
  expect(await at.violations()).toEqual([]);
  await page.getByRole('searchbox').fill('no such segment anywhere');
  await page.getByText(words('elements.nothingFits', 'no such segment anywhere')).waitFor();
  await page.getByRole('button', { name: words('elements.clearSearch') }).click();
  await list.waitFor();
});

it('what has not changed is not sent again', async () => {
  const at = await signedIn(DESK);
  const { page } = at;
  const unchanged = (path: string) =>
    page.waitForResponse((response) => response.url().includes(path) && response.status() === 304, { timeout: 30_000 });
  const identifier = { type: 'user_id', value: `${RUN}-ann` };
  const { body } = await hilo.admin('POST', `${credentials.identityUrl}/v1/profiles/lookup`, { identifier });
  const { profile_id } = body as { readonly profile_id: string };
  const person = ['/segments?', '/traits?', '/external_ids?', '/metadata?'].map((list) =>
    unchanged(`/profiles/profile_id%3A${profile_id}${list}`),
  );
  await at.go(`/profiles/${profile_id}`);
  await Promise.all(person);
  await at.go('/rejected');
  await unchanged('/rejected/reasons');
  await page.locator('main h1').waitFor();
});

it('Home says in one sentence what needs somebody, and its figures lead to their pages', async () => {
  const words = await consoleWords('en');
  const at = await signedIn(DESK);
  const { page } = at;
  await page.getByRole('status', { name: words('health.verdict') }).waitFor();
  await tile(page, words('home.revenue')).waitFor();
  await tile(page, words('home.deliveriesToday')).click();
  await page.getByRole('heading', { name: words('shell.deliveries'), level: 1 }).waitFor();
  await at.go('/operations');
  await page.getByRole('status', { name: words('health.verdict') }).waitFor();
  expect(await at.violations()).toEqual([]);
});

function tile(page: Page, name: string) {
  return page.locator('dl.tiles > div').filter({ hasText: name }).getByRole('link');
}
