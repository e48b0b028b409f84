import { sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HiloClient } from '../e2e/hilo-client.ts';
import { addPerson } from './console-people.ts';
import { ConsolePage, type Look, openBrowser } from './console-page.ts';
import { consoleWords } from './console-words.ts';
import { Walker } from './walker.ts';

const RUN = `lists${Date.now().toString(36)}`;
/** Events take their way through all stages to the history, which the size is counted in. */
const COUNTED_WITHIN = { timeout: 60_000 };

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
let browser: Browser;
let open: ConsolePage | null = null;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  expect(open?.faults ?? []).toEqual([]);
  await open?.close();
  open = null;
});

async function somebody(role: 'editor' | 'viewer', look: Look): Promise<Walker> {
  open = await ConsolePage.open(browser, credentials.consoleUrl, look);
  const walker = new Walker(open, look, await consoleWords(look.language));
  await walker.signIn(await addPerson(credentials, role));
  return walker;
}

it.each([
  { language: 'en', width: 'desktop', scheme: 'light' },
  { language: 'es', width: 'phone', scheme: 'dark' },
] as const)(
  'a list is created, filled by hand and by a CSV, and a person is taken off: $language, $width',
  async (look) => {
    const key = `${RUN}-${look.language}`;
    const walker = await somebody('editor', look);
    const { page, words } = walker;
    await walker.menu('lists');
    await walker.stop('lists');
    await walker.link('lists.create').click();
    await walker.button('lists.saveNew').click();
    await page.getByText(words('lists.needName'), { exact: true }).waitFor();
    await page.getByText(words('lists.keyWrong'), { exact: true }).waitFor();
    await walker.stop('a list without a name');
    await walker.field('lists.name').fill(`People of ${key}`);
    await walker.field('lists.key').fill(key);
    await walker.button('lists.saveNew').click();
    await walker.heading(`People of ${key}`).waitFor();
    const size = page
      .locator('dl.facts div')
      .filter({ hasText: words('lists.size') })
      .locator('dd');
    await expect.poll(() => size.textContent(), COUNTED_WITHIN).toBe('0');

    const one = page.getByRole('region', { name: words('lists.onePerson'), exact: true });
    const add = one.getByRole('button', { name: words('lists.add'), exact: true });
    await add.click();
    await page.getByText(words('lists.needValue'), { exact: true }).waitFor();
    await walker.field('lists.identifier').selectOption('email');
    await walker.field('lists.value').fill('nobody');
    await add.click();
    await one.getByRole('alert').getByText('entries[0].value').waitFor();
    await walker.stop('an entry with a fault');
    await walker.field('lists.value').fill(`${key}-ann@example.com`);
    await walker.field('lists.until').fill('2199-12-31T23:00');
    await add.click();
    await one.getByRole('status').getByText(words('lists.added', 1), { exact: true }).waitFor();
    expect(await walker.field('lists.value').inputValue()).toBe('');
    await expect.poll(() => size.textContent(), COUNTED_WITHIN).toBe('1');

    const many = page.getByRole('region', { name: words('lists.manyPeople'), exact: true });
    const upload = async (csv: string) => {
      const buffer = Buffer.from(csv);
      await many.locator('input[type="file"]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer });
      await many.getByRole('button', { name: words('lists.add'), exact: true }).click();
    };
    await upload(`type,value\nuser_id,${key}-ben\nphone,${key}-cid\n`);
    await many.getByRole('alert').getByText('line 3, column 1').waitFor();
    await walker.stop('a CSV with a fault');
    await upload(`type,value\nuser_id,${key}-ben\nuser_id,${key}-cid\n`);
    await many.getByRole('status').getByText(words('lists.added', 2), { exact: true }).waitFor();
    await expect.poll(() => size.textContent(), COUNTED_WITHIN).toBe('3');

    await walker.field('lists.identifier').selectOption('user_id');
    await walker.field('lists.value').fill(`${key}-ben`);
    await one.getByRole('button', { name: words('lists.remove'), exact: true }).click();
    await one.getByRole('status').getByText(words('lists.removed', 1), { exact: true }).waitFor();
    await expect.poll(() => size.textContent(), COUNTED_WITHIN).toBe('2');
    await walker.stop('a list');

    await walker.link('lists.newSegment').click();
    await page.getByText(words('segments/domain.list', key)).first().waitFor();
    await walker.stop('a segment from a list');
    expect(walker.complaints).toEqual([]);
  },
  240_000,
);

it('a key that is taken renames no list, and viewers change none', async () => {
  const look: Look = { language: 'en', width: 'desktop', scheme: 'light' };
  await hilo.admin('PUT', `${credentials.ingestionUrl}/v1/lists/${RUN}`, { name: `First ${RUN}` });
  const editor = await somebody('editor', look);
  await open?.go('/lists/new');
  await editor.field('lists.name').fill('Second');
  await editor.field('lists.key').fill(RUN);
  await editor.button('lists.saveNew').click();
  await editor.page.getByText(editor.words('lists.keyTaken'), { exact: true }).waitFor();
  await open?.close();
  const viewer = await somebody('viewer', look);
  // A size that cannot be counted is a dash.
  await viewer.page.route('**/api/segmentation/v1/segments/preview', (route) => route.fulfill({ status: 503 }));
  await viewer.menu('lists');
  expect(await viewer.link('lists.create').count()).toBe(0);
  await viewer.page.getByRole('searchbox').fill(RUN);
  await viewer.page.getByRole('link', { name: `First ${RUN}`, exact: true }).click();
  await viewer.heading(`First ${RUN}`).waitFor();
  await viewer.page.locator('dl.facts').getByText('–', { exact: true }).waitFor();
  expect(await viewer.button('lists.add').count()).toBe(0);
  expect(await viewer.link('lists.newSegment').count()).toBe(0);
  await viewer.stop('a list for viewers');
  expect(viewer.complaints).toEqual([]);
});
