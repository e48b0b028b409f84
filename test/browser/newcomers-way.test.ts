import { sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HiloClient } from '../e2e/hilo-client.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';
import { addPerson, type ConsolePerson } from './console-people.ts';
import { ConsolePage, type Look, openBrowser } from './console-page.ts';
import { consoleWords } from './console-words.ts';
import { loadDemo } from './demo-data.ts';
import {
  addSource,
  addWebhook,
  buildDashboard,
  buildSegment,
  findPerson,
  replayRejected,
  sendFirstEvent,
} from './newcomers-steps.ts';
import { takePictures } from './readme-pictures.ts';
import { Walker } from './walker.ts';

const MINUTE_MS = 60_000;

const LOOKS: readonly Look[] = [
  { language: 'en', width: 'desktop', scheme: 'light' },
  { language: 'es', width: 'phone', scheme: 'light' },
  { language: 'es', width: 'desktop', scheme: 'dark' },
  { language: 'en', width: 'phone', scheme: 'dark' },
];

const credentials = sharedStack();
const webhook = new WebhookCatcher();
let browser: Browser;
let hook: string;
let admin: ConsolePerson;

beforeAll(async () => {
  await loadDemo(credentials);
  browser = await openBrowser();
  hook = await webhook.listen();
  admin = await addPerson(credentials, 'admin');
}, 8 * MINUTE_MS);

afterAll(async () => {
  webhook.close();
  await browser?.close();
});

describe('the way of a newcomer on the running demo', () => {
  it.each(LOOKS)(
    'leads from signing in to a dashboard, and every page shows a change within 2 s: $language, $width',
    async (look) => {
      const at = await ConsolePage.open(browser, credentials.consoleUrl, look);
      const walker = new Walker(at, look, await consoleWords(look.language));
      const run = `way${Date.now().toString(36)}`;
      const newcomer = { run, hook, webhook };
      try {
        await walker.signIn(admin);
        const address = await addSource(walker, newcomer);
        await sendFirstEvent(walker, newcomer, address);
        await findPerson(walker, newcomer, address);
        await buildSegment(walker, newcomer, address);
        await addWebhook(walker, newcomer, address);
        expect(webhook.about(run)).toMatchObject([{ signed: true, change: { status: 'entered' } }]);
        await replayRejected(walker, newcomer, address);
        await buildDashboard(walker, newcomer);
      } finally {
        process.stdout.write(walker.seen.table(`A change is seen after (${look.language}, ${look.width}):`));
        await at.close();
      }
      expect(at.faults).toEqual([]);
      expect(walker.complaints).toEqual([]);
      expect(walker.seen.late()).toEqual([]);
    },
    4 * MINUTE_MS,
  );

  // It changes files of the repository: only when asked to.
  if (process.env.HILO_PICTURES === '1')
    it(
      "is shown in the README's pictures",
      async () => {
        const look: Look = { language: 'en', width: 'desktop', scheme: 'light' };
        const at = await ConsolePage.open(browser, credentials.consoleUrl, look);
        const walker = new Walker(at, look, await consoleWords(look.language));
        await walker.signIn(admin);
        await takePictures(walker, new HiloClient(credentials));
        await at.close();
        expect(at.faults).toEqual([]);
      },
      5 * MINUTE_MS,
    );
});
