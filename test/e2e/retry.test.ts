import { sharedStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';
import { WebhookCatcher } from './webhook-catcher.ts';

/** Marks the people and messages of this run: others may use the same stack. */
const RUN = `retry${Date.now().toString(36)}`;
const SEGMENT = 'e2e-retry';
const DESTINATION = 'e2e-retry';

interface Delivery {
  readonly delivery_id: string;
  readonly membership_status: string;
  readonly message_id: string | null;
  readonly status: string;
  readonly retry: string | null;
  readonly retry_of: string | null;
}

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const webhook = new WebhookCatcher();
const { activationUrl } = credentials;

beforeAll(async () => {
  await hilo.segment(SEGMENT, { trait: 'country', is: { eq: 'Peru' } });
  await hilo.destination(DESTINATION, await webhook.listen(), webhook.secret, [SEGMENT]);
});

afterAll(async () => {
  await hilo.admin('DELETE', `${activationUrl}/v1/destinations/${DESTINATION}`);
  webhook.close();
});

const live = (person: string, n: number, country: string) =>
  hilo.send('identify', { userId: `${RUN}-${person}`, messageId: `${RUN}-${person}-${n}`, traits: { country } });
const retry = async (ids: readonly string[]) => {
  const answer = await hilo.admin('POST', `${activationUrl}/v1/deliveries/retry`, { ids });
  expect(answer.status).toBe(200);
  return (answer.body as { items: readonly unknown[] }).items;
};

/** The deliveries that events of a person caused, once they are as wanted; the newest first. */
const deliveries = (what: string, person: string, wanted: (found: readonly Delivery[]) => boolean) =>
  eventually(
    what,
    async () => {
      const answer = await hilo.admin('GET', `${activationUrl}/v1/deliveries?destination=${DESTINATION}&limit=1000`);
      const { items } = answer.body as { items: readonly Delivery[] };
      return items.filter(({ message_id }) => message_id?.startsWith(`${RUN}-${person}-`));
    },
    wanted,
  );

it('a failed delivery is sent again once its receiver is mended: once, as it was, with its key', async () => {
  webhook.answerWith(() => 400);
  await live('ann', 1, 'Peru');
  const [failed] = await deliveries('it fails', 'ann', ([one]) => one?.status === 'failed');
  expect(failed).toMatchObject({ status: 'failed', reason: 'refused', retry: 'possible', retry_of: null });
  const id = failed?.delivery_id ?? '';
  webhook.answerWith(() => 204);
  const [first, second] = await Promise.all([retry([id]), retry([id])]);
  expect(first).toMatchObject([{ delivery_id: id, state: 'retried' }]);
  expect(second).toEqual(first);
  const found = await deliveries('it is delivered', 'ann', ([one]) => one?.status === 'delivered');
  expect(found).toMatchObject([
    { status: 'delivered', retry: null, retry_of: id, idempotency_key: id },
    { delivery_id: id, status: 'failed', retry: 'retried' },
  ]);
  expect(await retry([id])).toEqual(first);
  const calls = webhook.calls.filter(({ change }) => change.message_id === `${RUN}-ann-1`);
  expect(calls.map(({ key, signed }) => [key, signed])).toEqual([
    [id, true],
    [id, true],
  ]);
  expect(calls[1]?.change).toEqual(calls[0]?.change);
  await eventually(
    'ClickHouse has both ends',
    () =>
      hilo.rows('SELECT status, retry_of FROM hilo.deliveries WHERE idempotency_key = {id:String} ORDER BY ended_at', {
        id,
      }),
    (rows) =>
      JSON.stringify(rows) ===
      JSON.stringify([
        { status: 'failed', retry_of: null },
        { status: 'delivered', retry_of: id },
      ]),
  );
});

it('what a later change has overtaken is not sent again', async () => {
  webhook.answerWith(({ change }) => (change.status === 'entered' ? 400 : 204));
  await live('bob', 1, 'Peru');
  const [failed] = await deliveries('he enters, which fails', 'bob', ([one]) => one?.status === 'failed');
  await live('bob', 2, 'Spain');
  await deliveries('he leaves, which is delivered', 'bob', ([one]) => one?.status === 'delivered');
  const before = webhook.calls.length;
  expect(await retry([failed?.delivery_id ?? ''])).toMatchObject([{ state: 'superseded', retried_as: null }]);
  expect(webhook.calls).toHaveLength(before);
});
