import { sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';
import { addPerson } from './console-people.ts';
import { ConsolePage, type Look, openBrowser } from './console-page.ts';
import { consoleWords } from './console-words.ts';

const RUN = `edit${Date.now().toString(36)}`;
const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const webhook = new WebhookCatcher();
let browser: Browser;
let open: ConsolePage | null = null;

beforeAll(async () => {
  browser = await openBrowser();
  await hilo.segment(RUN, { trait: 'town', is: { eq: RUN } });
  const hook = await webhook.listen();
  await hilo.destination(RUN, hook, webhook.secret, [RUN], true);
  await hilo.destination(`${RUN}-later`, hook, webhook.secret, [RUN]);
  for (const person of ['ann', 'bob', 'cid'])
    await hilo.send('identify', { userId: `${RUN}-${person}`, messageId: `${RUN}-${person}`, traits: { town: RUN } });
  await eventually(
    'three are in',
    () => hilo.admin('GET', `${credentials.segmentationUrl}/v1/segments/${RUN}`),
    ({ body }) => (body as { members: number }).members === 3,
  );
});
afterAll(async () => {
  webhook.close();
  for (const key of [RUN, `${RUN}-later`])
    await hilo.admin('DELETE', `${credentials.activationUrl}/v1/destinations/${key}`);
  await browser?.close();
});
afterEach(async () => {
  expect(open?.faults ?? []).toEqual([]);
  await open?.close();
  open = null;
});

async function edit(look: Look): Promise<ConsolePage> {
  const { email, password } = await addPerson(credentials, 'editor');
  open = await ConsolePage.open(browser, credentials.consoleUrl, look);
  await open.signIn(email, password);
  await open.go(`/segments/${RUN}/edit`);
  return open;
}

it('says before an edit who leaves and who is notified, warns of an event never seen, and shows figures that add up', async () => {
  const words = await consoleWords('en');
  const at = await edit({ language: 'en', width: 'desktop', scheme: 'light' });
  const { page } = at;
  await page.getByRole('button', { name: words('segments/builder.addEvent'), exact: true }).click();
  await page.getByLabel(words('segments/builder.event'), { exact: true }).fill(`Never ${RUN}`);
  await page.keyboard.press('Tab');
  await page.getByText(words('segments/builder.unseenEvent')).waitFor();
  expect(await at.violations()).toEqual([]);
  await page.getByRole('button', { name: words('segments.save'), exact: true }).click();
  const question = page.getByRole('dialog');
  await question.getByText(words('segments/preview.fate', 3, '0', '3', '0')).waitFor();
  const receivers = await question.getByText(/^Destinations that receive these changes/).textContent();
  expect(receivers).toContain(RUN);
  const others = await question.getByText(/^Destinations that only receive later changes/).textContent();
  expect(others).toContain(`${RUN}-later`);
  expect(await at.violations()).toEqual([]);
  await question.getByRole('button', { name: words('elements.cancel'), exact: true }).click();
  const { body } = await hilo.admin('GET', `${credentials.segmentationUrl}/v1/segments/${RUN}`);
  expect(body).toMatchObject({ version: 1, members: 3 });
  await page.getByRole('button', { name: words('segments.save'), exact: true }).click();
  await question.getByRole('button', { name: words('segments.saveAnyway'), exact: true }).click();
  await page.getByText(words('segments.sizesNote', '0', '3', '3', '0'), { exact: true }).waitFor();
  await eventually(
    'all are notified',
    async () => webhook.about(RUN),
    (calls) => calls.filter(({ change }) => change.status === 'exited').length === 3,
  );
});

it('shows no figures that contradict each other while the history is behind: it says that it is, until it has caught up', async () => {
  const words = await consoleWords('en');
  const key = `${RUN}-behind`;
  await hilo.segment(key, { trait: 'town', is: { eq: key } });
  const at = await edit({ language: 'en', width: 'desktop', scheme: 'light' });
  const { page } = at;
  // As the history of an edit that has emptied the segment, which nobody has reported to it yet.
  let hasCaughtUp = false;
  await page.route(/\/api\/history\/v1\/segments\/[^/]+\/sizes/, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { readonly points: readonly object[] };
    const last = hasCaughtUp ? { members: 0, entered: 6, left: 6 } : { members: 6, entered: 6, left: 0 };
    const points = body.points.map((point, index) => ({
      ...point,
      ...(index === body.points.length - 1 ? last : { members: 0, entered: 0, left: 0 }),
    }));
    await route.fulfill({ response: answer, json: { ...body, points } });
  });
  await at.go(`/segments/${key}`);
  const behind = words('segments.sizesBehind', 0);
  await page.getByText(`${words('segments.sizesNote', '0', '6', '0', '6')} ${behind}`, { exact: true }).waitFor();
  expect(await at.violations()).toEqual([]);
  hasCaughtUp = true;
  await page.getByText(words('segments.sizesNote', '0', '6', '6', '0'), { exact: true }).waitFor();
  expect(await page.getByText(behind).count()).toBe(0);
});

it('asks in Spanish, on a phone in the dark, and not where only the name changes', async () => {
  const words = await consoleWords('es');
  const at = await edit({ language: 'es', width: 'phone', scheme: 'dark' });
  const { page } = at;
  const name = page.getByLabel(words('segments.name'), { exact: true });
  await name.fill(`${RUN} de nuevo`);
  await page.getByRole('button', { name: words('segments/builder.addTrait'), exact: true }).click();
  await page.getByLabel(words('segments/builder.trait'), { exact: true }).last().fill('town');
  await page.getByLabel(words('segments/builder.value'), { exact: true }).last().fill('Quito');
  await page.getByRole('button', { name: words('segments.save'), exact: true }).click();
  await page
    .getByRole('dialog')
    .getByText(words('segments/preview.fate', 0, '0', '0', '0'))
    .waitFor();
  expect(await at.violations()).toEqual([]);
  expect(await at.overflow()).toBeLessThanOrEqual(0);
  await at.go(`/segments/${RUN}/edit`);
  await name.fill(`${RUN} otra vez`);
  await page.getByRole('button', { name: words('segments.save'), exact: true }).click();
  await page.getByRole('heading', { name: `${RUN} otra vez`, level: 1 }).waitFor();
});
