import { sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { addPerson, type ConsolePerson } from './console-people.ts';
import { ConsolePage, openBrowser } from './console-page.ts';

/** Tells what this run makes from what another one made on the same stack. */
const RUN = `ex${Date.now().toString(36)}`;
const EVENT = `Bought ${RUN} 'it' \\ "all"`;

/** Would run, were it ever taken for markup. */
const SCRIPT = '<img src=x onerror="alert(1)">';

const EDITOR = 'SQL statement; Ctrl and Enter run it';

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
let browser: Browser;
let editor: ConsolePerson;
let viewer: ConsolePerson;
let open: ConsolePage[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  editor = await addPerson(credentials, 'editor');
  viewer = await addPerson(credentials, 'viewer');
  for (const [n, revenue] of [
    [1, 10.1],
    [2, 20.2],
    [3, 0.03],
  ] as const)
    await hilo.send('track', {
      userId: `${RUN}-${n % 2}`,
      event: EVENT,
      messageId: `${RUN}-${n}`,
      properties: { revenue, place: SCRIPT },
    });
  await eventually(
    'the events are in ClickHouse',
    () =>
      hilo.rows<{ n: number }>('SELECT count() AS n FROM hilo.events WHERE event = {event:String}', { event: EVENT }),
    ([row]) => row?.n === 3,
  );
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(() => {
  open = [];
});

afterEach(async () => {
  const faults = open.flatMap((one) => one.faults);
  for (const one of open) await one.close();
  expect(faults).toEqual([]);
});

async function signedIn(person: ConsolePerson): Promise<ConsolePage> {
  const at = await ConsolePage.open(browser, credentials.consoleUrl, {
    language: 'en',
    width: 'desktop',
    scheme: 'light',
  });
  open.push(at);
  await at.signIn(person.email, person.password);
  return at;
}

async function write({ page }: ConsolePage, sql: string): Promise<void> {
  await page.getByRole('textbox', { name: EDITOR }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(sql);
}

describe('who explores', () => {
  it('makes a trend by pointing, changes its statement, saves it, and shares a dashboard of it', async () => {
    const at = await signedIn(editor);
    const { page } = at;
    await page.getByRole('link', { name: 'Explore', exact: true }).click();
    await page.getByLabel('Event', { exact: true }).fill(EVENT);
    await page.getByLabel('Measure').selectOption({ label: 'Sum of a property' });
    await page.getByLabel('Property to add up').fill('revenue');
    await page.getByLabel('A line for each value of').fill('place');
    await page.getByRole('button', { name: 'Show the trend' }).click();
    const chart = page.getByRole('img', { name: 'Answer to the statement' });
    await chart.hover();
    await chart
      .locator('.chart-hover')
      .getByText(/30\.33/)
      .first()
      .waitFor();
    expect(await at.violations()).toEqual([]);
    await page.getByLabel('Show as').selectOption({ label: 'Table' });
    const table = page.getByRole('table', { name: 'Answer to the statement' });
    await table.getByText('30.33', { exact: true }).waitFor();
    await table.getByText(SCRIPT).waitFor();

    await write(at, 'SELECT uniqExact(profile_id) AS people\nFROM hilo.events\nWHERE even = 1');
    await page.keyboard.press('Control+Enter');
    await page.getByText('There is no table, column or function of that name.').waitFor();
    await page.getByText(/^Line 3, column 7: /).waitFor();
    await write(at, `SELECT uniqExact(profile_id) AS people FROM hilo.events WHERE message_id LIKE '${RUN}%'`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByLabel('Show as').selectOption({ label: 'Number' });
    await page.locator('.answer-figure').getByText('2', { exact: true }).waitFor();
    expect(await at.violations()).toEqual([]);

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as CSV' }).click();
    expect((await download).suggestedFilename()).toBe('hilo.csv');

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(`People ${RUN}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: `People ${RUN}` }).waitFor();
    expect(await page.locator('.answer-figure').textContent()).toBe('2');

    await page.getByRole('button', { name: 'Put on a dashboard' }).click();
    await page.getByLabel('Title of the tile').fill(`Buyers ${RUN}`);
    await page.getByRole('button', { name: 'Put it there' }).click();
    await page
      .getByRole('region', { name: `Buyers ${RUN}` })
      .getByText('2', { exact: true })
      .waitFor();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Everybody who is signed in may see it').check();
    const address = await page.getByRole('region', { name: 'Address of the dashboard' }).textContent();
    expect(await at.violations()).toEqual([]);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('region', { name: `Buyers ${RUN}` }).waitFor();

    const other = await signedIn(viewer);
    await other.page.goto(String(address));
    await other.page
      .getByRole('region', { name: `Buyers ${RUN}` })
      .getByText('2', { exact: true })
      .waitFor();
    expect(await other.page.getByRole('button', { name: /Edit|Delete|copy/ }).count()).toBe(0);
  });

  it('cancels what takes too long', async () => {
    const at = await signedIn(viewer);
    const { page } = at;
    await at.go('/explore');
    await write(at, 'SELECT count() FROM numbers(1000000000000000) WHERE cityHash64(number) = 1');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('The statement runs…').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText('Cancelled. Nothing runs any more.').waitFor();
    expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0);
  });
});

it.each(['sales', 'customers', 'pipeline'])('every tile of the ready-made dashboard %s has an answer', async (id) => {
  const at = await signedIn(viewer);
  const { page } = at;
  await at.go(`/dashboards/${id}`);
  const tiles = page.locator('.dashboard > section');
  await tiles.first().waitFor();
  for (let tile = 0; tile < (await tiles.count()); tile += 1) {
    await tiles.nth(tile).scrollIntoViewIfNeeded();
    await tiles
      .nth(tile)
      .getByText(/^Read at /)
      .waitFor();
  }
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await at.violations()).toEqual([]);
});
