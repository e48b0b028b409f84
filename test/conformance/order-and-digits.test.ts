import { Analytics } from '@segment/analytics-node';
import { sharedStack } from '@hilo/test-stack';
import { afterAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { WebhookCatcher } from '../e2e/webhook-catcher.ts';

const RUN = `digits${Date.now().toString(36)}`;
const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const webhook = new WebhookCatcher();
afterAll(() => webhook.close());

const people = Array.from({ length: 20 }, (_, index) => `${RUN}-${index}`);

/** What the Profile API answers, as text: parsing would lose the digits. */
async function traitsText(user: string): Promise<string> {
  const { profileUrl, adminToken } = credentials;
  const path = `/v1/spaces/default/collections/users/profiles/user_id:${user}/traits?limit=100`;
  const answer = await fetch(`${profileUrl}${path}`, { headers: { authorization: `Bearer ${adminToken}` } });
  return answer.text();
}

async function plansOf(users: readonly string[]): Promise<readonly unknown[]> {
  const answers = await Promise.all(users.map((user) => hilo.profile(`user_id:${user}`, 'traits')));
  return answers.map(({ body }) => (body as { traits?: { plan?: unknown } }).traits?.plan);
}

/** Waits until everybody's last event is folded, by a trait that it alone sets. */
async function settled(users: readonly string[], done: string): Promise<void> {
  await eventually(
    'the last event of everybody is folded',
    async () => Promise.all(users.map(traitsText)),
    (texts) => texts.every((text) => text.includes(`"${done}":true`)),
  );
}

it('two identify calls of one tick by an unmodified SDK end with the later value', async () => {
  // One request: calls of one tick in two requests differ by how long each was on its way.
  const flushAt = 2 * people.length;
  const analytics = new Analytics({ writeKey: credentials.writeKey, host: credentials.ingestionUrl, flushAt });
  for (const userId of people) {
    analytics.identify({ userId, traits: { plan: 'trial' } });
    analytics.identify({ userId, traits: { plan: 'paid', done: true } });
  }
  await analytics.closeAndFlush();
  await settled(people, 'done');
  expect(await plansOf(people)).toEqual(people.map(() => 'paid'));
});

it('two identify calls of one batch without timestamps end with the later value, in SQL too', async () => {
  const users = people.map((user) => `${user}-batch`);
  const call = (userId: string, traits: object) => ({ type: 'identify', userId, traits });
  for (const user of users)
    await hilo.send('batch', { batch: [call(user, { plan: 'trial' }), call(user, { plan: 'paid', done: true })] });
  await settled(users, 'done');
  expect(await plansOf(users)).toEqual(users.map(() => 'paid'));
  const rows = await eventually(
    'everybody is in ClickHouse, with the last value',
    () =>
      hilo.rows<{ plan: string }>(
        `SELECT JSONExtractString(traits_text, 'plan') AS plan FROM hilo.profiles WHERE profile_id IN
           (SELECT profile_id FROM hilo.identifiers WHERE has(splitByChar(',', {users:String}), value))`,
        { users: users.join(',') },
      ),
    (found) => found.length === users.length && found.every(({ plan }) => plan === 'paid'),
  );
  expect(rows.map(({ plan }) => plan)).toEqual(users.map(() => 'paid'));
});

const NUMBERS =
  '"acct":12345678901234567890123,"crm_id":1234567890123456789,"near":123456789.123456789,"price":0.12345678901234567891';

it('every digit arrives: in the Profile API, in SQL, at the webhook, and in segments', async () => {
  const trait = (eq: string) => `{"name":"${RUN}","condition":{"trait":"crm_id","is":{"eq":${eq}}}}`;
  const put = (key: string, body: string) =>
    fetch(`${credentials.segmentationUrl}/v1/segments/${key}`, {
      ...{ method: 'PUT', body },
      headers: { authorization: `Bearer ${credentials.adminToken}`, 'content-type': 'application/json' },
    });
  expect(await (await put(`${RUN}-exact`, trait('1234567890123456789'))).text()).toContain('"eq":1234567890123456789');
  await put(`${RUN}-near`, trait('1234567890123456700'));
  await hilo.destination(RUN, await webhook.listen(), webhook.secret, [`${RUN}-exact`, `${RUN}-near`]);
  const { status } = await hilo.post('identify', `{"userId":"${RUN}","traits":{${NUMBERS}}}`);
  expect(status).toBe(200);
  const [call] = await eventually(
    'the webhook hears of the segment',
    async () => webhook.about(`${RUN}-exact`),
    (calls) => calls.length > 0,
  );
  expect(call?.change.traits).toBe(`{${NUMBERS}}`);
  expect(await traitsText(RUN)).toContain(`{"traits":{${NUMBERS}}`);
  const [row] = await eventually(
    'the traits of the person are in ClickHouse',
    () =>
      hilo.rows<{ traits_text: string }>(
        'SELECT traits_text FROM hilo.profiles WHERE profile_id IN (SELECT profile_id FROM hilo.identifiers WHERE value = {user:String})',
        { user: RUN },
      ),
    // Events and profiles are loaded each for itself.
    (rows) => (rows[0]?.traits_text ?? '{}') !== '{}',
  );
  expect(row?.traits_text).toBe(`{${NUMBERS}}`);
  expect(webhook.about(`${RUN}-near`)).toEqual([]);
});
