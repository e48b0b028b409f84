import { sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HiloClient } from '../e2e/hilo-client.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';
import { addPerson } from './console-people.ts';
import { ConsolePage, openBrowser } from './console-page.ts';

/** Tells what this run makes from what another one made on the same stack. */
const RUN = `retry${Date.now().toString(36)}`;

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const webhook = new WebhookCatcher();
let browser: Browser;
let open: ConsolePage | null = null;

beforeAll(async () => {
  browser = await openBrowser();
  await hilo.segment(RUN, { trait: 'city', is: { eq: 'Quito' } });
  await hilo.destination(RUN, await webhook.listen(), webhook.secret, [RUN]);
});

afterAll(async () => {
  webhook.close();
  await browser?.close();
});

afterEach(async () => {
  await open?.close();
});

/** Opens the deliveries to the webhook of this run. */
async function deliveriesOf(look: Parameters<typeof ConsolePage.open>[2], role: 'editor' | 'viewer') {
  const { email, password } = await addPerson(credentials, role);
  open = await ConsolePage.open(browser, credentials.consoleUrl, look);
  await open.signIn(email, password);
  await open.go(`/deliveries?destination=${RUN}`);
  return open;
}

const move = (person: string) =>
  hilo.send('identify', { userId: `${RUN}-${person}`, messageId: `${RUN}-${person}`, traits: { city: 'Quito' } });

it('an editor sends failed deliveries again, one and the selected, and sees them delivered', async () => {
  webhook.answerWith(() => 400);
  for (const person of ['ann', 'bob', 'cid']) await move(person);
  const at = await deliveriesOf({ language: 'en', width: 'desktop', scheme: 'light' }, 'editor');
  const { page } = at;
  await page.getByRole('cell', { name: 'failed', exact: true }).nth(2).waitFor();
  expect(await at.violations()).toEqual([]);
  webhook.answerWith(() => 204);
  await page.getByRole('button', { name: 'Show details' }).first().click();
  await page.getByText('It can be sent again.').waitFor();
  await page.getByRole('button', { name: 'Retry', exact: true }).click();
  await page.getByText('1 delivery sent again').waitFor();
  await page.getByRole('cell', { name: 'sent again → delivered', exact: true }).nth(0).waitFor();
  // On the same row: there are as many as before.
  expect(await page.getByRole('cell', { name: /^(failed|sent again|delivered)/ }).count()).toBe(3);
  await page.getByLabel('Select the failed ones of this page that can be sent again').check();
  expect(await at.violations()).toEqual([]);
  await page.getByRole('button', { name: 'Retry the selected (2)' }).click();
  await page.getByText('2 deliveries sent again').waitFor();
  await page.getByRole('cell', { name: 'sent again → delivered', exact: true }).nth(2).waitFor();
  expect(await page.getByRole('cell', { name: /^(failed|sent again|delivered)/ }).count()).toBe(3);
  await page.getByRole('button', { name: /^Retry/ }).waitFor({ state: 'detached' });
  expect(webhook.calls).toHaveLength(6);
  expect(new Set(webhook.calls.map(({ key }) => key)).size).toBe(3);
  expect(at.faults).toEqual([]);
});

it('fits a phone, in Spanish and in the dark, and a viewer sees no button', async () => {
  webhook.answerWith(() => 400);
  await move('dan');
  const phone = await deliveriesOf({ language: 'es', width: 'phone', scheme: 'dark' }, 'editor');
  await phone.page.getByLabel('Seleccionar las fallidas de esta página que se pueden reenviar').check();
  await phone.page.getByRole('button', { name: 'Reenviar las seleccionadas (1)' }).waitFor();
  expect(await phone.violations()).toEqual([]);
  expect(await phone.overflow()).toBeLessThanOrEqual(0);
  await phone.close();
  const { page } = await deliveriesOf({ language: 'en', width: 'desktop', scheme: 'light' }, 'viewer');
  await page.getByRole('button', { name: 'Show details' }).first().click();
  await page.getByText('It can be sent again.').waitFor();
  expect(await page.getByRole('button', { name: /^Retry/ }).count()).toBe(0);
  expect(await page.getByRole('checkbox').count()).toBe(0);
});
