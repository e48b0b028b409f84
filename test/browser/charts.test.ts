import { sharedStack } from '@hilo/test-stack';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { addPerson, type ConsolePerson } from './console-people.ts';
import { ConsolePage, type Look, openBrowser } from './console-page.ts';
import { consoleWords } from './console-words.ts';
import { type Drawn, drawnOn, noteDrawing } from './drawn-text.ts';

const ZONES = ['Europe/Madrid', 'America/New_York', 'Asia/Kolkata'] as const;
const credentials = sharedStack();
let browser: Browser;
let editor: ConsolePerson;
let open: ConsolePage | null = null;

beforeAll(async () => {
  browser = await openBrowser();
  editor = await addPerson(credentials, 'editor');
});
afterAll(() => browser?.close());
afterEach(async () => {
  expect(open?.faults ?? []).toEqual([]);
  await open?.close();
  open = null;
});

/** Opens Explore in a browser of a zone, on a workspace of another one. */
async function explore(language: Look['language'], zone: string, workspace: string): Promise<ConsolePage> {
  open = await ConsolePage.open(browser, credentials.consoleUrl, { language, width: 'desktop', scheme: 'light', zone });
  await noteDrawing(open.page);
  await open.page.route('**/api/session', async (route) => {
    const answer = await route.fetch();
    const body: object = answer.ok() ? ((await answer.json()) as object) : {};
    await (answer.ok()
      ? route.fulfill({ response: answer, json: { ...body, time_zone: workspace } })
      : route.fulfill({ response: answer }));
  });
  await open.signIn(editor.email, editor.password);
  return open;
}

/** Runs a statement and shows it as a picture of a kind. */
async function draw(
  at: ConsolePage,
  language: Look['language'],
  sql: string,
  view: 'bars' | 'line',
): Promise<readonly Drawn[]> {
  const { page } = at;
  const words = await consoleWords(language);
  // Another answer than the one before: the page is opened anew.
  await at.go('/explore');
  await page.getByRole('textbox', { name: words('explore.editor') }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(sql);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('table', { name: words('explore.answerCaption') }).waitFor();
  await page.getByLabel(words('explore.view'), { exact: true }).selectOption(view);
  return settled(page, words('explore.answerCaption'));
}

function settled(page: Page, name: string): Promise<readonly Drawn[]> {
  return eventually(
    'the chart is drawn',
    () => drawnOn(page, name),
    (drawn) => drawn.some(({ text }) => text !== null),
  );
}

const texts = (drawn: readonly Drawn[]) => drawn.flatMap(({ text }) => text ?? []);
const middleOf = (drawn: readonly Drawn[], label: string) => drawn.find(({ text }) => text === label)?.x ?? Number.NaN;
const bars = (drawn: readonly Drawn[]) => drawn.filter(({ text }) => text === null).map(({ x }) => x);

/** No two marks have one name, and none is cut. */
function expectWhole(drawn: readonly Drawn[]): void {
  expect(new Set(texts(drawn)).size).toBe(texts(drawn).length);
  for (const { text, x, width, ofWidth } of drawn.filter((one) => one.text !== null)) {
    expect({ text, cut: x - width / 2 < 0 || x + width / 2 > ofWidth }).toEqual({ text, cut: false });
  }
}

describe.each(ZONES)('with the browser in %s', (zone) => {
  it.each([
    ['en', 'UTC', ['Oct 2026', 'Nov 2026']],
    ['es', 'Europe/Madrid', ['oct 2026', 'nov 2026']],
    ['en', 'Asia/Kolkata', ['Oct 2026', 'Nov 2026']],
  ] as const)('in %s, months of a workspace in %s stand over their names', async (language, workspace, months) => {
    const at = await explore(language, zone, workspace);
    const sql =
      "SELECT toDate(arrayJoin(['2026-10-01', '2026-11-01', '2026-11-01'])) AS month, count() AS orders GROUP BY month";
    const drawn = await draw(at, language, sql, 'bars');
    expectWhole(drawn);
    expect(texts(drawn)).toEqual(expect.arrayContaining([...months, '0', '1', '2']));
    expect(bars(drawn)).toHaveLength(2);
    for (const [index, month] of months.entries())
      expect(Math.abs((bars(drawn)[index] ?? 0) - middleOf(drawn, month))).toBeLessThan(2);
    await at.page.getByText(language === 'en' ? `Times in ${workspace}` : `Horas de ${workspace}`).waitFor();
    expect(await at.violations()).toEqual([]);
  });

  it('one day has one name, and days without orders are zero, also where a day has 25 hours', async () => {
    const at = await explore('en', zone, 'Europe/Madrid');
    const one = "SELECT toDate('2026-01-01') AS day, count() AS people";
    const single = await draw(at, 'en', one, 'bars');
    expectWhole(single);
    expect(texts(single)).toEqual(expect.arrayContaining(['1 Jan', '0', '1']));
    const days = "SELECT toDate(arrayJoin(['2026-10-24', '2026-10-27'])) AS day, count() AS people GROUP BY day";
    const drawn = await draw(at, 'en', days, 'bars');
    expectWhole(drawn);
    expect(texts(drawn)).toEqual(expect.arrayContaining(['24 Oct', '25 Oct', '26 Oct', '27 Oct']));
    // What is zero has no height, and may not be drawn.
    for (const day of ['24 Oct', '27 Oct']) {
      const nearest = Math.min(...bars(drawn).map((x) => Math.abs(x - middleOf(drawn, day))));
      expect(nearest).toBeLessThan(2);
    }
  });

  it('hours stand at the hours of the workspace', async () => {
    const at = await explore('en', zone, 'Asia/Kolkata');
    const sql =
      "SELECT toDateTime(arrayJoin(['2026-11-01 00:30:00', '2026-11-01 02:30:00']), 'UTC') AS hour, count() AS events GROUP BY hour";
    const drawn = await draw(at, 'en', sql, 'line');
    expectWhole(drawn);
    expect(texts(drawn)).toEqual(expect.arrayContaining(['06:00', '08:00']));
  });
});
