import { join } from 'node:path';
import type { HiloClient } from '../e2e/hilo-client.ts';
import type { Walker } from './walker.ts';

const FOLDER = join(import.meta.dirname, '../../docs/images');
/** A segment of the demo with people of a long history, and a dashboard of its orders. */
const SEGMENT = 'Three or more orders in 90 days';
const DASHBOARD = 'dashboards.sales';
/** The traffic while Home is shown. */
const READINGS = 25;
const EVENTS_A_READING = 40;

/** Takes the README's pictures, of pages that show the demo. */
export async function takePictures(walker: Walker, hilo: HiloClient): Promise<void> {
  const { page, words } = walker;
  const take = async (name: string): Promise<void> => {
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
  await take('home');

  await walker.menu('segments');
  await page.getByRole('link', { name: SEGMENT, exact: true }).click();
  const member = walker.table('segments.membersCaption').getByRole('link').first();
  await member.waitFor();
  await page.getByRole('img').first().waitFor();
  await take('segment');

  await member.click();
  await walker.table('profiles.timelineCaption').getByRole('row').nth(2).waitFor();
  await take('person');

  await walker.menu('dashboards');
  await walker.link(DASHBOARD).click();
  await page.locator('.dashboard .uplot').first().waitFor();
  await take('dashboard');
}
