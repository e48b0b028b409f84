import type { WebhookCatcher } from '../e2e/webhook-catcher.ts';
import { ShownAddress } from './shown-address.ts';
import type { Walker } from './walker.ts';

/** What the snippet on a source's page sends. */
const EVENT = 'Order Completed';
/** Of the new source at first; an event larger than this is rejected. */
const SMALL_BYTES = '1024';
const USUAL_BYTES = '32768';

/** A newcomer's own names, so that nobody else's get in the way. */
export interface Newcomer {
  readonly run: string;
  readonly hook: string;
  readonly webhook: WebhookCatcher;
}

/** Adds a source, and reads on its page how to send to it. */
export async function addSource(walker: Walker, { run }: Newcomer): Promise<ShownAddress> {
  const { page, words, link, field, button } = bound(walker);
  await walker.menu('sources');
  await link('sources.add').click();
  await field('sources.name').fill(`Shop ${run}`);
  await field('sources.key').fill(run);
  await field('sources.maxEvent').fill(SMALL_BYTES);
  await walker.seen.of(
    'a source is added: its page',
    () => button('sources.saveNew').click(),
    walker.heading(`Shop ${run}`),
  );
  await walker.stop('a source');
  const line = await page.getByRole('region', { name: words('sources.curl'), exact: true }).textContent();
  return new ShownAddress(line ?? '');
}

/** Sends the example as it is shown, sees it arrive, and looks at its journey. */
export async function sendFirstEvent(walker: Walker, { run }: Newcomer, address: ShownAddress): Promise<void> {
  const { page, words, field, button, table } = bound(walker);
  await walker.menu('events');
  await field('events.source').fill(run);
  // Until the page is redrawn, it still says that it is live, for all sources.
  const filtered = page.waitForResponse(
    (response) =>
      response.url().endsWith('/events/live') && response.request().postData()?.includes(`"source":"${run}"`) === true,
  );
  await button('events.filter').click();
  await filtered;
  await page.getByRole('status').getByText(words('events.live'), { exact: true }).waitFor();
  const event = table('events.liveCaption').getByRole('link', { name: EVENT });
  await walker.seen.of('the first event: Live events', () => address.send('track', address.example), event);
  await walker.stop('live events');
  await event.click();
  await walker.heading(EVENT).waitFor();
  await walker.text('events.final').waitFor({ timeout: 60_000 });
  await walker.stop('the way of an event');

  await walker.menu('home');
  await page.getByText(words('elements.live'), { exact: true }).waitFor();
  const taken = page
    .locator('dl.tiles > div')
    .filter({ hasText: words('home.eventsToday') })
    .locator('dd')
    .first();
  // What the page remembers of an earlier visit is older than the first event.
  for (let reads = 0; reads < 2; reads += 1) await page.waitForResponse(/\/v1\/today/);
  const before = await taken.textContent();
  await walker.seen.of(
    'another event: the count of Home',
    () => address.send('track', address.example),
    taken.filter({ hasNotText: new RegExp(`^${before}$`) }),
  );
  await walker.stop('home');
}

/** Looks for a person who is not there yet, and watches their profile grow. */
export async function findPerson(walker: Walker, { run }: Newcomer, address: ShownAddress): Promise<void> {
  const { field, button, table } = bound(walker);
  const userId = `${run}-ann`;
  const email = `${userId}@example.com`;
  await walker.menu('profiles');
  await field('profiles.identifier').fill(email);
  await button('profiles.find').click();
  await walker.text('profiles.nobody', email).waitFor();
  await walker.stop('nobody found');
  await walker.seen.of(
    'a person is identified: found',
    () => address.send('identify', { userId, traits: { email, plan: 'silver' } }),
    walker.heading(email),
  );
  await walker.stop('a person');
  await walker.seen.of(
    'the person orders: their timeline',
    () => address.send('track', { userId, event: EVENT, properties: { revenue: 9.5 } }),
    table('profiles.timelineCaption').getByText(EVENT, { exact: true }),
  );
  await walker.seen.of(
    'the plan changes: their traits',
    () => address.send('identify', { userId, traits: { plan: 'gold' } }),
    table('profiles.traitsCaption').getByText('gold', { exact: true }),
  );
}

/**
 * An event of this newcomer alone: if it were counted already, whoever did it before would be in the segment at once.
 */
function orderOf({ run }: Newcomer): string {
  return `Ordered ${run}`;
}

/** Builds a segment of people who order twice, and sees the first one enter. */
export async function buildSegment(walker: Walker, newcomer: Newcomer, address: ShownAddress): Promise<void> {
  const { run } = newcomer;
  const order = orderOf(newcomer);
  const { page, words, field, button, link, table } = bound(walker);
  const name = `Twice ${run}`;
  await walker.menu('segments');
  await walker.stop('segments');
  await link('segments.create').click();
  await field('segments.name').fill(name);
  await field('segments.key').fill(run);
  await field('segments/builder.event').fill(order);
  const howOften = `${words('segments/domain.count_gte')} …`;
  await field('segments/builder.howOften').selectOption({ label: howOften });
  await field('segments/builder.times').fill('2');
  await walker.stop('the builder');
  const publishing = walker.text('segments.publishing');
  await walker.seen.of('a segment is made: its page', () => button('segments.saveNew').click(), walker.heading(name));
  await publishing.waitFor({ state: 'detached' });
  await walker.text('segments.noMembers').waitFor();
  const size = page.locator('dl.facts strong');
  const userId = `${run}-ann`;
  const orderTwice = async (): Promise<void> => {
    await address.send('track', { userId, event: order, properties: { revenue: 9.5 } });
    await address.send('track', { userId, event: order, properties: { revenue: 12 } });
  };
  await walker.seen.of('a person enters: the size', orderTwice, size.getByText('1', { exact: true }));
  const members = table('segments.membersCaption').getByRole('link');
  await walker.seen.of('a person enters: the members, after the size', () => Promise.resolve(), members);
  await walker.stop('a segment');
  await members.first().click();
  await table('profiles.segmentsCaption').getByRole('link', { name: run, exact: true }).waitFor();
  await table('profiles.timelineCaption').getByText(order, { exact: true }).first().waitFor();
}

/** Adds a webhook for the segment, and sees what it receives. */
export async function addWebhook(walker: Walker, newcomer: Newcomer, address: ShownAddress): Promise<void> {
  const { page, words, field, button, link } = bound(walker);
  const { run, hook, webhook } = newcomer;
  const order = orderOf(newcomer);
  await walker.menu('destinations');
  await walker.stop('destinations');
  await link('destinations.add').click();
  await field('destinations.type').selectOption({ label: 'Webhook' });
  await field('destinations.key').fill(run);
  await page.locator('input[type=url]').fill(hook);
  await field('destinations.chosenSegments').check();
  await page.getByRole('combobox', { name: words('destinations.chosen') }).fill(run);
  await page.getByRole('option').filter({ hasText: run }).click();
  await page.locator('input[type=password]').fill(webhook.secret);
  await walker.seen.of(
    'a webhook is added: it is ready',
    () => button('destinations.saveNew').click(),
    walker.text('destinations.made', run),
  );
  await link('destinations.toDestination').click();
  await walker.heading(run).waitFor();
  await walker.stop('a destination');
  await walker.menu('deliveries');
  await field('destinations.filterDestination').selectOption(run);
  await walker.text('destinations.noDeliveries').waitFor();
  await walker.stop('no deliveries');
  const userId = `${run}-bea`;
  const change = `${words('destinations.entered')} ${run}`;
  await walker.seen.of(
    'another person enters: delivered',
    async () => {
      await address.send('track', { userId, event: order, properties: { revenue: 30 } });
      await address.send('track', { userId, event: order, properties: { revenue: 40 } });
    },
    page.getByRole('row').filter({ hasText: change }).getByText(words('destinations.delivered'), { exact: true }),
  );
  await walker.stop('deliveries');
}

/** Sends an event that is too large, raises its source's limit, and replays it. */
export async function replayRejected(walker: Walker, { run }: Newcomer, address: ShownAddress): Promise<void> {
  const { page, words, field, button, table } = bound(walker);
  const messageId = `${run}-large`;
  const large = { userId: `${run}-ann`, event: EVENT, messageId, properties: { note: 'x'.repeat(2_000) } };
  const rejected = table('rejected.rejectedCaption').getByRole('row').filter({ hasText: run });
  const row = rejected.filter({ hasText: 'event_too_large' });
  const ofSource = async (): Promise<void> => {
    await walker.menu('rejected');
    await field('rejected.filterSource').fill(run);
    await field('rejected.filterSource').press('Enter');
  };
  await ofSource();
  await walker.text('rejected.noRejected').waitFor();
  await walker.seen.of('a rejected event: the list', () => address.send('track', large, 413), row);
  await walker.stop('rejected events');

  await walker.menu('sources');
  await page.getByRole('link', { name: `Shop ${run}`, exact: true }).click();
  await field('sources.maxEvent').fill(USUAL_BYTES);
  await walker.seen.of(
    'a source takes larger events: saved',
    () => button('sources.save').click(),
    page.getByRole('status').getByText(words('sources.saved'), { exact: true }),
  );
  await ofSource();
  await row.getByRole('checkbox').check();
  await walker.seen.of(
    'the event is replayed: what became of it',
    () => button('rejected.replaySelected', '1').click(),
    page.getByRole('status').getByText(words('rejected.tally_accepted', 1)),
  );
  await walker.stop('a replay');
}

/** Makes a trend of the orders, and a dashboard of it. */
export async function buildDashboard(walker: Walker, { run }: Newcomer): Promise<void> {
  const { page, words, field, button, table } = bound(walker);
  const title = `Orders ${run}`;
  await walker.menu('explore');
  await field('explore.event').fill(EVENT);
  await walker.seen.of(
    'a trend is asked for: its picture',
    () => button('explore.showTrend').click(),
    page.getByRole('img', { name: words('explore.answerCaption') }),
  );
  await walker.stop('explore');
  await button('explore.onDashboard').click();
  await field('explore.tileTitle').fill(title);
  const tile = page.getByRole('region', { name: title, exact: true });
  const shown = tile.getByRole('img');
  await walker.seen.of('a tile is put on a dashboard: it shows', () => button('explore.put').click(), shown);
  await walker.stop('a dashboard');
  await walker.menu('dashboards');
  await walker.stop('dashboards');
  await table('dashboards.caption').getByRole('link', { name: title, exact: true }).click();
  await shown.waitFor();
}

/** The walker's ways to find things, under short names. */
function bound(walker: Walker) {
  return {
    page: walker.page,
    words: walker.words,
    field: (label: string) => walker.field(label),
    button: (name: string, ...values: readonly (string | number)[]) => walker.button(name, ...values),
    link: (name: string) => walker.link(name),
    table: (caption: string) => walker.table(caption),
  };
}
