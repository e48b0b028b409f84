import { join } from 'node:path';
import { expect } from 'vitest';
import type { HiloClient } from '../e2e/hilo-client.ts';
import type { Walker } from './walker.ts';

const FOLDER = join(import.meta.dirname, '../../docs/images');
/** A segment of the demo with people of a long history, and a dashboard of its orders. */
const SEGMENT = 'Three or more orders in 90 days';
const DASHBOARD = 'dashboards.sales';
const WIDTH = 1280;
const HEIGHT = 900;
/** Shows the business figures, and the stages below them. */
const HOME_HEIGHT = 1376;
const LOADING_MS = 30_000;
/** The traffic while Home is shown: for more than the minute of its latencies, which then have nothing of the demo's load. */
const READINGS = 70;
const EVENTS_A_READING = 40;

/** Takes the README's pictures, of pages that show the demo. */
export async function takePictures(walker: Walker, hilo: HiloClient): Promise<void> {
  const { page, words } = walker;
  const take = async (name: string, height: number): Promise<void> => {
    await page.setViewportSize({ width: WIDTH, height });
    await expect.poll(() => page.getByText(words('elements.loading')).count(), { timeout: LOADING_MS }).toBe(0);
    await page.evaluate('document.fonts.ready');
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
  };
  await page.getByText(words('elements.live'), { exact: true }).waitFor();
  for (let reading = 0; reading < READINGS; reading += 1) {
    const read = page.waitForResponse(/\/v1\/today/);
    const count = EVENTS_A_READING + ((reading * 7) % 20);
    for (let n = 0; n < count; n += 1) {
      await hilo.send('track', { userId: `visitor-${n}`, event: 'Product Viewed', properties: {} });
    }
    await read;
  }
  await take('home', HOME_HEIGHT);

  await walker.menu('segments');
  await page.getByRole('link', { name: SEGMENT, exact: true }).click();
  const member = walker.table('segments.membersCaption').getByRole('link').first();
  await member.waitFor();
  await page.getByRole('img').first().waitFor();
  await take('segment', HEIGHT);

  await member.click();
  await walker.table('profiles.timelineCaption').getByRole('row').nth(2).waitFor();
  await take('person', HEIGHT);

  await walker.menu('dashboards');
  await walker.link(DASHBOARD).click();
  await page.locator('.dashboard .uplot').first().waitFor();
  await take('dashboard', HEIGHT);
}
