import { sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HiloClient } from '../e2e/hilo-client.ts';
import { kafkaOf } from '../e2e/topic-reader.ts';
import { addPerson } from './console-people.ts';
import { ConsolePage, openBrowser } from './console-page.ts';

const RUN = `dead${Date.now().toString(36)}`;
const credentials = sharedStack();
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
  const producer = kafkaOf(credentials).producer();
  await producer.connect();
  const messages = [1, 2].map((n) => ({ key: RUN, value: `no record ${n}` }));
  await producer.send({ topic: 'events.received', messages });
  await producer.disconnect();
});

afterAll(() => browser?.close());

/** The page with ingestion's dead letters open. */
async function openDeadLetters(role: 'admin' | 'viewer', language: 'en' | 'es'): Promise<ConsolePage> {
  const person = await addPerson(credentials, role);
  const at = await ConsolePage.open(browser, credentials.consoleUrl, { language, width: 'desktop', scheme: 'light' });
  await at.signIn(person.email, person.password);
  await at.go('/rejected');
  const stages = at.page.getByRole('table', {
    name: language === 'en' ? 'Stages with dead letters' : 'Etapas con registros apartados',
  });
  const show = language === 'en' ? 'Show details' : 'Mostrar los detalles';
  await stages.getByRole('button', { name: show }).first().click();
  return at;
}

it('dead letters are replayed from the page, which says what became of them', async () => {
  const at = await openDeadLetters('admin', 'en');
  const { page } = at;
  const deadLetters = page.getByRole('table', { name: 'The latest dead letters of the stage' });
  await deadLetters.getByRole('checkbox').first().check();
  await page.getByRole('button', { name: 'Replay the selected (1)' }).click();
  await page.getByText('1 dead letter sent to the stage').waitFor();
  // It is still no record: it returns as a new dead letter, and the old one says so.
  await deadLetters.getByText('failed again: there is a new dead letter').first().waitFor({ timeout: 30_000 });
  expect(await at.violations()).toEqual([]);
  expect(at.faults).toEqual([]);
  const search = `${credentials.consoleUrl}/api/audit/search`;
  const { body } = await new HiloClient(credentials).admin('POST', search, { what: 'ran' });
  const { items } = body as { readonly items: readonly { readonly target: string; readonly what: string }[] };
  expect(items).toContainEqual(
    expect.objectContaining({ target: 'history/v1/dead-letters/ingestion/replay', what: 'ran' }),
  );
  await at.close();
});

it('a viewer sees them, in Spanish too, and is offered no replay', async () => {
  const at = await openDeadLetters('viewer', 'es');
  const { page } = at;
  const deadLetters = page.getByRole('table', { name: 'Los últimos registros apartados de la etapa' });
  await deadLetters.getByText('not_avro').first().waitFor();
  await deadLetters.getByRole('button', { name: 'Mostrar los detalles' }).first().click();
  expect(await deadLetters.getByRole('checkbox').count()).toBe(0);
  expect(await page.getByRole('button', { name: /Reprocesa/ }).count()).toBe(0);
  const status = await page.evaluate(async () => {
    const { csrf } = (await (await fetch('/api/session')).json()) as { readonly csrf: string };
    const answer = await fetch('/api/history/v1/dead-letters/ingestion/replay', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: '{"dead_letters":[{"partition":0,"offset":0}]}',
    });
    return `${answer.status} ${((await answer.json()) as { readonly code: string }).code}`;
  });
  expect(status).toBe('403 forbidden');
  expect(await at.violations()).toEqual([]);
  await at.close();
});
