import { sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addPerson } from './console-people.ts';
import { ConsolePage, openBrowser } from './console-page.ts';

const credentials = sharedStack();
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

const ORIGIN = { stage: 'identity', partition: 3, read_to: null, behind_s: 5_400, released: false };

/** Operations as it is while identity/3 stands still, which no test may have the shared stack do. */
async function openStalled(role: 'admin' | 'editor', language: 'en' | 'es'): Promise<ConsolePage> {
  const person = await addPerson(credentials, role);
  const at = await ConsolePage.open(browser, credentials.consoleUrl, { language, width: 'desktop', scheme: 'light' });
  await at.signIn(person.email, person.password);
  await at.page.route('**/api/segmentation/v1/time', (route) =>
    route.fulfill({
      json: { people: 12, more: false, since: new Date(Date.now() - 3_600_000).toISOString(), origins: [ORIGIN] },
    }),
  );
  await at.go('/operations');
  return at;
}

it('Operations says that nobody waits while all is well', async () => {
  const person = await addPerson(credentials, 'viewer');
  const at = await ConsolePage.open(browser, credentials.consoleUrl, {
    ...{ language: 'en', width: 'desktop', scheme: 'light' },
  });
  await at.signIn(person.email, person.password);
  await at.go('/operations');
  await at.page.getByRole('region', { name: 'People due to leave' }).getByText('Nobody waits.').waitFor();
  await at.close();
});

it('an admin stops waiting for a partition; what is refused says why, and what is done is shown', async () => {
  const at = await openStalled('admin', 'en');
  const { page } = at;
  const exits = page.getByRole('region', { name: 'People due to leave' });
  await exits.getByText('12 people wait, for up to').waitFor();
  await exits.getByRole('cell', { name: 'people wait for it' }).waitFor();
  await exits.getByRole('button', { name: 'Stop waiting' }).click();
  const asked = page.getByRole('dialog', { name: 'Stop waiting for partition 3 of Identity?' });
  await asked.getByText('marked “unproven”').waitFor();
  expect(await at.violations()).toEqual([]);
  // The stack itself is well: the service refuses to leave out what nobody waits for.
  await asked.getByRole('button', { name: 'Stop waiting' }).click();
  await asked.getByText('identity/3 is less than 10 seconds behind').waitFor();
  await page.route('**/api/segmentation/v1/time/origins/identity/3/release', (route) =>
    route.fulfill({ json: { ...ORIGIN, released: true } }),
  );
  await asked.getByRole('button', { name: 'Stop waiting' }).click();
  await exits.getByRole('cell', { name: 'left out until it moves' }).waitFor();
  expect(at.faults).toEqual([]);
  await at.close();
});

it('an editor sees whom and what exits wait for, in Spanish too, and may not change it', async () => {
  const at = await openStalled('editor', 'es');
  const { page } = at;
  const exits = page.getByRole('region', { name: 'Personas que deberían salir' });
  await exits.getByText('12 personas esperan, hasta').waitFor();
  expect(await exits.getByRole('button').count()).toBe(0);
  const statuses = await page.evaluate(async () => {
    const { csrf } = (await (await fetch('/api/session')).json()) as { readonly csrf: string };
    const ask = async (time: string) => {
      const path = `/api/segmentation/v1/${time}/origins/identity/3/release`;
      const answer = await fetch(path, { method: 'POST', headers: { 'x-csrf-token': csrf } });
      return `${answer.status} ${((await answer.json()) as { readonly code: string }).code}`;
    };
    return [await ask('time'), await ask('%74ime')];
  });
  expect(statuses).toEqual(['403 forbidden', '403 forbidden']);
  expect(await at.violations()).toEqual([]);
  await at.close();
});
