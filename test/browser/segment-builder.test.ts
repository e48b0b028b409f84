import { RFM } from '@hilo/behaviour/version-2/templates';
import { sharedStack } from '@hilo/test-stack';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { addPerson } from './console-people.ts';
import { ConsolePage, type Look, openBrowser } from './console-page.ts';
import { consoleWords, type Words } from './console-words.ts';
import { Keyboard } from './keyboard.ts';

const RUN = `build${Date.now().toString(36)}`;
const ORDER = `Ordered ${RUN}`;
const RETURN = `Returned ${RUN}`;

/** People with their country, and what they did. Only Ann bought twice, is German and returned nothing. */
const PEOPLE = [
  ['ann', 'Germany', [ORDER, ORDER]],
  ['bob', 'Germany', [ORDER, ORDER, RETURN]],
  ['cid', 'France', [ORDER, ORDER]],
  ['dee', 'Germany', [ORDER]],
] as const;

const CONDITION = {
  all: [
    { did: ORDER, count: { gte: 2 }, within: '90d' },
    { trait: 'country', is: { eq: 'Germany' } },
    { not: { did: RETURN, within: 'this year' } },
  ],
};

/** Places of the options in their selects. */
const AT_LEAST = 1;
const THE_LAST = 1;
const THIS_YEAR = 11;

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
let browser: Browser;
let open: ConsolePage | null = null;

beforeAll(async () => {
  browser = await openBrowser();
  for (const [person, country, events] of PEOPLE) {
    const userId = `${RUN}-${person}`;
    await hilo.send('identify', { userId, messageId: userId, traits: { country, name: `${person} ${RUN}` } });
    for (const [index, event] of events.entries()) {
      await hilo.send('track', { userId, event, messageId: `${userId}-${index}`, properties: { revenue: 5 } });
    }
  }
  await eventually(
    'the history knows everybody',
    () => hilo.admin('POST', `${credentials.segmentationUrl}/v1/segments/preview`, { condition: CONDITION }),
    ({ body }) => (body as { readonly size?: number }).size === 1,
  );
});
afterAll(() => browser?.close());
afterEach(async () => {
  expect(open?.faults ?? []).toEqual([]);
  await open?.close();
  open = null;
});

async function build(look: Look): Promise<{ readonly at: ConsolePage; readonly page: Page; readonly words: Words }> {
  const { email, password } = await addPerson(credentials, 'editor');
  open = await ConsolePage.open(browser, credentials.consoleUrl, look);
  await open.signIn(email, password);
  await open.go('/segments/new');
  const words = await consoleWords(look.language);
  await open.page.getByRole('heading', { name: words('segments.newTitle'), level: 1 }).waitFor();
  return { at: open, page: open.page, words };
}

/** The one person whom it is about is shown before it is saved, and the segment is the one that was asked for. */
async function saveAndCheck(page: Page, words: Words, key: string, save: () => Promise<void>): Promise<void> {
  const preview = page.getByRole('region', { name: words('segments/preview.title') });
  await preview.getByText(words('segments/preview.size', 1)).waitFor();
  await preview.getByRole('link', { name: `ann ${RUN}`, exact: true }).waitFor();
  expect(await open?.violations()).toEqual([]);
  expect(await open?.overflow()).toBeLessThanOrEqual(0);
  await save();
  await page.getByRole('heading', { name: key, level: 1 }).waitFor();
  const { body } = await hilo.admin('GET', `${credentials.segmentationUrl}/v1/segments/${key}`);
  expect(body).toMatchObject({ condition: CONDITION });
}

/** A copy begins with the same condition, under another name. */
async function duplicate(page: Page, words: Words, name: string, inWords: string): Promise<void> {
  await page.getByRole('link', { name: words('segments.duplicate'), exact: true }).click();
  await page.getByText(inWords, { exact: true }).waitFor();
  expect(await page.getByLabel(words('segments.name'), { exact: true }).inputValue()).toBe(
    words('segments.copyOf', name),
  );
}

it('builds “bought twice in 90 days, from Germany, no return this year” with the mouse', async () => {
  const { page, words } = await build({ language: 'en', width: 'desktop', scheme: 'light' });
  const field = (name: string) => page.getByLabel(words(`segments/builder.${name}`), { exact: true });
  const button = (name: string) => page.getByRole('button', { name: words(`segments/builder.${name}`), exact: true });
  const key = `${RUN}-mouse`;
  await page.getByLabel(words('segments.name'), { exact: true }).fill(key);
  await field('event').fill(ORDER);
  await field('howOften').selectOption('gte');
  await field('times').fill('2');
  await field('howLong').selectOption('lately');
  await field('amount').fill('90');
  await button('addTrait').click();
  await field('trait').fill('country');
  await field('value').fill('Germany');
  await button('addEvent').click();
  await field('event').last().fill(RETURN);
  await field('howLong').last().selectOption('this year');
  await page.getByLabel(words('segments/builder.notOf', 'Condition 1.3'), { exact: true }).check();
  const inWords = `did “${ORDER}” at least 2 times in the last 90 days and country is “Germany” and not: did “${RETURN}” this year`;
  await page.getByText(inWords, { exact: true }).waitFor();
  await saveAndCheck(page, words, key, () =>
    page.getByRole('button', { name: words('segments.saveNew'), exact: true }).click(),
  );
  await duplicate(page, words, key, inWords);
});

it('builds the same with the keyboard alone, in Spanish, on a phone in the dark', async () => {
  const { page, words } = await build({ language: 'es', width: 'phone', scheme: 'dark' });
  const keys = new Keyboard(page);
  const word = (name: string) => words(`segments/builder.${name}`);
  const key = `${RUN}-keys`;
  await keys.fill(words('segments.name'), key);
  await keys.fill(word('event'), ORDER);
  await keys.choose(word('howOften'), AT_LEAST);
  await keys.fill(word('times'), '2');
  await keys.choose(word('howLong'), THE_LAST);
  await keys.fill(word('amount'), '90');
  await keys.to(word('addTrait'));
  await keys.press('Enter');
  // The first field of what was added has the focus.
  await keys.type('country');
  await keys.fill(word('value'), 'Germany');
  await keys.to(word('addEvent'));
  await keys.press('Enter');
  await keys.type(RETURN);
  await keys.choose(word('howLong'), THIS_YEAR);
  await keys.to(words('segments/builder.notOf', 'Condición 1.3'), true);
  await keys.press('Space');
  await page
    .getByText(
      `hizo «${ORDER}» al menos 2 veces en un plazo de 90 días y country es «Germany» y no se cumple: hizo «${RETURN}» este año`,
      { exact: true },
    )
    .waitFor();
  await saveAndCheck(page, words, key, async () => {
    await keys.to(words('segments.saveNew'));
    await keys.press('Enter');
  });
});

it.each<[Look]>([
  [{ language: 'en', width: 'desktop', scheme: 'dark' }],
  [{ language: 'es', width: 'phone', scheme: 'light' }],
])('has a form for every kind of condition, and says what is missing at its field: %j', async (look) => {
  const { at, page, words } = await build(look);
  const word = (name: string) => words(`segments/builder.${name}`);
  for (const kind of ['number', 'oneEvent', 'sequence', 'regular', 'segment', 'share']) {
    await page.getByRole('button', { name: word('addOther'), exact: true }).click();
    await page.getByRole('menuitem', { name: word(`add_${kind}`), exact: true }).click();
  }
  await page.getByRole('button', { name: words('segments.saveNew'), exact: true }).click();
  await page.getByText(word('saltEmpty')).waitFor();
  expect(await page.getByText(word('eventEmpty')).count()).toBe(6);
  expect(await page.getByText(word('keyEmpty')).count()).toBe(1);
  expect(await at.violations()).toEqual([]);
  expect(await at.overflow()).toBeLessThanOrEqual(0);
});

it('warns of what was never seen, and of values that cannot pass', async () => {
  const { at, page, words } = await build({ language: 'en', width: 'phone', scheme: 'light' });
  const button = (name: string) => page.getByRole('button', { name: words(`segments/builder.${name}`), exact: true });
  await button('editAsText').click();
  const text = page.getByLabel(words('segments/builder.conditionText'), { exact: true });
  await text.fill(`did "Ordered nowhere" and did "${ORDER}" where (revenue = "5") and trait county = "Kent"`);
  await button('applyText').click();
  const preview = page.getByRole('region', { name: words('segments/preview.title') });
  await preview.getByText(words('segments/preview.noEvents'), { exact: true }).waitFor();
  await preview.getByText('“revenue” holds numbers (7). Only texts can pass: values are never converted.').waitFor();
  await preview.getByText(words('segments/preview.neverSeen', 'county'), { exact: true }).waitFor();
  expect(await at.violations()).toEqual([]);
  expect(await at.overflow()).toBeLessThanOrEqual(0);
});

it.each<[Look]>([
  [{ language: 'en', width: 'desktop', scheme: 'dark' }],
  [{ language: 'es', width: 'phone', scheme: 'light' }],
])('begins with a template, and computes its thresholds from all customers: %j', async (look) => {
  const { at, page, words } = await build(look);
  const button = (name: string) => page.getByRole('button', { name: words(`segments/templates.${name}`), exact: true });
  const { name, about } = RFM.words[look.language];
  const { order, recency, monetary } = RFM.parameters;
  await button('begin').click();
  await page.getByText(about).waitFor();
  expect(await at.violations()).toEqual([]);
  expect(await at.overflow()).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name }).click();
  await page.getByLabel(order?.label[look.language] ?? '', { exact: true }).fill(ORDER);
  await button('compute').click();
  // Four bought, three of them twice for 5 each, all today.
  await page.getByText(/ 4 (customers|clientes) /).waitFor();
  expect(await page.getByLabel(recency?.label[look.language] ?? '', { exact: true }).inputValue()).toBe('1');
  expect(await page.getByLabel(monetary?.label[look.language] ?? '', { exact: true }).inputValue()).toBe('10');
  expect(await at.violations()).toEqual([]);
  await button('use').click();
  expect(await page.getByLabel(words('segments.name'), { exact: true }).inputValue()).toBe(name);
  const preview = page.getByRole('region', { name: words('segments/preview.title') });
  await preview.getByText(words('segments/preview.size', 3)).waitFor();
});

it('takes a condition as text, shows it as a form, and moves and groups its parts', async () => {
  const { at, page, words } = await build({ language: 'en', width: 'desktop', scheme: 'light' });
  const word = (name: string, ...values: readonly string[]) => words(`segments/builder.${name}`, ...values);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await button(word('editAsText')).click();
  const text = page.getByLabel(word('conditionText'), { exact: true });
  await text.fill('did "A" within 90 and');
  await button(word('applyText')).click();
  await page.getByRole('alert').waitFor();
  await text.fill(`last "${ORDER}" older than 90d and sum revenue of "${ORDER}" >= 5 and trait country = "Germany"`);
  expect(await at.violations()).toEqual([]);
  await button(word('applyText')).click();
  const said = (condition: string) => page.getByText(condition, { exact: true }).waitFor();
  const last = `the last of “${ORDER}” was more than 90 days ago`;
  const sum = `the sum of revenue in “${ORDER}” is at least 5`;
  await said(`${last} and ${sum} and country is “Germany”`);
  await button(word('moveDown', 'Condition 1.1')).click();
  await said(`${sum} and ${last} and country is “Germany”`);
  await button(word('groupOf', 'Condition 1.2')).click();
  await page
    .getByRole('group', { name: 'Group 1.2', exact: true })
    .getByRole('button', { name: word('addTrait'), exact: true })
    .click();
  await page.getByLabel(word('trait'), { exact: true }).first().fill('plan');
  await page
    .getByRole('group', { name: 'Condition 1.2.2', exact: true })
    .getByLabel(word('value'), { exact: true })
    .fill('gold');
  await said(`${sum} and (${last} or plan is “gold”) and country is “Germany”`);
  await button(word('ungroup', 'Group 1.2')).click();
  await button(word('remove', 'Condition 1.3')).click();
  await said(`${sum} and ${last} and country is “Germany”`);
});
