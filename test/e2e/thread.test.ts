import { RegistryCodec } from '@hilo/schemas';
import type { MembershipChanged, ProfilesMerged } from '@hilo/schemas';
import { sharedStack } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';
import { kafkaOf, readBytes, readTopic } from './topic-reader.ts';
import { WebhookCatcher } from './webhook-catcher.ts';

/** Marks the people and messages of this run: others may use the same stack. */
const RUN = `e2e${Date.now().toString(36)}`;
const SEGMENTS = ['e2e-two-orders', 'e2e-just-ordered', 'e2e-spanish'];
const idOf = (name: string): string => `${RUN}-${name}`;

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const webhook = new WebhookCatcher();

beforeAll(async () => {
  await hilo.segment('e2e-two-orders', { did: 'Order Completed', count: { gte: 2 }, within: '10m' });
  await hilo.segment('e2e-just-ordered', { did: 'Order Completed', within: '3s' });
  await hilo.segment('e2e-spanish', { trait: 'country', is: { eq: 'Spain' } });
  await hilo.destination('e2e', await webhook.listen(), webhook.secret, SEGMENTS);
});

afterAll(() => webhook.close());

const order = (person: object, message: string, revenue = 20) => ({
  ...person,
  event: 'Order Completed',
  messageId: idOf(message),
  properties: { order_id: message, revenue, currency: 'EUR' },
});
const membershipOf = async (segment: string) =>
  (await readTopic<MembershipChanged>(credentials, 'segments.membership'))
    .map((record) => record.value)
    .filter((change) => change.segment === segment);

describe('an event sent by HTTP', () => {
  const ann = idOf('ann');

  it('brings its person into a segment: on Kafka, at the webhook, in ClickHouse, in both APIs', async () => {
    await hilo.send('identify', {
      userId: ann,
      messageId: idOf('ann-1'),
      traits: { country: 'France', email: `${ann}@example.com` },
    });
    await hilo.send('track', order({ userId: ann }, 'ann-2'));
    await hilo.send('track', order({ userId: ann }, 'ann-3', 30));
    const [call] = await eventually(
      'the webhook hears of the segment',
      async () => webhook.about('e2e-two-orders').filter(({ change }) => change.message_id === idOf('ann-3')),
      (calls) => calls.length > 0,
    );
    expect(call).toMatchObject({ signed: true, change: { status: 'entered', reason: 'event' } });
    const profile_id = call?.change.profile_id ?? '';
    const changes = (await membershipOf('e2e-two-orders')).filter((change) => change.profile_id === profile_id);
    expect(changes).toEqual([expect.objectContaining({ status: 'entered', message_id: idOf('ann-3') })]);
    await eventually(
      'ClickHouse lists the member',
      () =>
        hilo.rows(
          "SELECT profile_id FROM hilo.segment_members WHERE segment = 'e2e-two-orders' AND profile_id = {id:String}",
          { id: profile_id },
        ),
      (rows) => rows.length === 1,
    );
    const members = await hilo.admin('GET', `${credentials.segmentationUrl}/v1/segments/e2e-two-orders/members`);
    expect(JSON.stringify(members.body)).toContain(profile_id);
    await eventually(
      'the Profile API lists the segment',
      () => hilo.profile(`user_id:${ann}`, 'segments'),
      (answer) => JSON.stringify(answer.body).includes('e2e-two-orders'),
    );
  });

  it('leaves its traits, identifiers and events with the Profile API, by any identifier', async () => {
    for (const identifier of [`user_id:${ann}`, `email:${ann}@example.com`]) {
      const traits = await eventually(
        `traits of ${identifier}`,
        () => hilo.profile(identifier, 'traits'),
        (answer) => answer.status === 200,
      );
      expect(traits.body).toMatchObject({ traits: { country: 'France' } });
      expect(JSON.stringify((await hilo.profile(identifier, 'external_ids')).body)).toContain(`${ann}@example.com`);
    }
    await eventually(
      'its events',
      () => hilo.profile(`user_id:${ann}`, 'events'),
      (answer) => JSON.stringify(answer.body).includes(idOf('ann-3')),
    );
  });

  it('lies in ClickHouse once, however often it was sent', async () => {
    const bob = idOf('bob');
    for (let repeat = 0; repeat < 3; repeat++) await hilo.send('track', order({ userId: bob }, 'bob-1'));
    await hilo.send('track', order({ userId: bob }, 'bob-2'));
    await eventually(
      'the last of them and two duplicates are in ClickHouse',
      () =>
        hilo.rows(
          `SELECT (SELECT count() FROM hilo.events WHERE message_id = {last:String}) AS last,
             (SELECT count() FROM hilo.rejected_events WHERE message_id = {first:String} AND state = 'duplicate') AS repeats`,
          { last: idOf('bob-2'), first: idOf('bob-1') },
        ),
      ([row]) => JSON.stringify(row) === '{"last":1,"repeats":2}',
    );
    expect(
      await hilo.rows('SELECT count() AS n FROM hilo.events WHERE message_id = {id:String}', { id: idOf('bob-1') }),
    ).toEqual([{ n: 1 }]);
  });
});

describe('a segment', () => {
  it('is left when its time is over, though nothing arrives', async () => {
    await hilo.send('track', order({ userId: idOf('cleo') }, 'cleo-1'));
    const calls = await eventually(
      'cleo enters and leaves',
      async () => {
        const entered = webhook.about('e2e-just-ordered').find(({ change }) => change.message_id === idOf('cleo-1'));
        return webhook
          .about('e2e-just-ordered')
          .filter(({ change }) => change.profile_id === entered?.change.profile_id)
          .map(({ change }) => change);
      },
      (changes) => changes.length === 2,
    );
    expect(calls).toMatchObject([
      { status: 'entered', reason: 'event' },
      { status: 'exited', reason: 'time' },
    ]);
  });

  it('is entered and left by a trait', async () => {
    const dora = idOf('dora');
    for (const [n, country] of ['Spain', 'Peru'].entries())
      await hilo.send('identify', { userId: dora, messageId: idOf(`dora-${n}`), traits: { country } });
    const changes = await eventually(
      'dora enters and leaves',
      async () => (await membershipOf('e2e-spanish')).filter((change) => change.message_id?.startsWith(idOf('dora'))),
      (found) => found.length === 2,
    );
    expect(changes.map(({ status, reason }) => `${status} by ${reason}`)).toEqual([
      'entered by trait',
      'exited by trait',
    ]);
  });
});

describe('a visitor who logs in', () => {
  it('keeps what was done before: one profile, and the orders of both count', async () => {
    const eve = idOf('eve');
    const visitor = idOf('eve-visitor');
    await hilo.send('track', order({ userId: eve }, 'eve-1'));
    await hilo.send('track', order({ anonymousId: visitor }, 'eve-2'));
    await eventually(
      'two profiles',
      () =>
        hilo.rows('SELECT uniqExact(profile_id) AS n FROM hilo.events WHERE message_id IN ({a:String}, {b:String})', {
          a: idOf('eve-1'),
          b: idOf('eve-2'),
        }),
      ([row]) => (row as { n: number }).n === 2,
    );
    await hilo.send('identify', {
      userId: eve,
      anonymousId: visitor,
      messageId: idOf('eve-3'),
      traits: { plan: 'gold' },
    });
    const merge = await eventually(
      'the merge is published',
      async () =>
        (await readTopic<ProfilesMerged>(credentials, 'identity.merges')).find(
          ({ value }) => value.message_id === idOf('eve-3'),
        ),
      (found) => found !== undefined,
    );
    const [entered] = await eventually(
      'the survivor enters, with the orders of both',
      async () =>
        (await membershipOf('e2e-two-orders')).filter(({ profile_id }) => profile_id === merge?.value.survivor),
      (changes) => changes.length === 1,
    );
    expect(entered).toMatchObject({ status: 'entered' });
    await eventually(
      'ClickHouse gives both histories to the survivor',
      () =>
        hilo.rows(
          'SELECT profile_id, count() AS n FROM hilo.events WHERE message_id LIKE {of:String} GROUP BY profile_id',
          { of: `${eve}-%` },
        ),
      (rows) => JSON.stringify(rows) === JSON.stringify([{ profile_id: merge?.value.survivor, n: 3 }]),
    );
    const found = await hilo.profile(`anonymous_id:${visitor}`, 'external_ids');
    expect(JSON.stringify(found.body)).toContain(eve);
  });
});

describe('a record written straight to events.received', () => {
  it('goes the way of every event when it is good, and to the dead letter, with its bytes, when it is garbage', async () => {
    const codec = new RegistryCodec({ registryUrl: credentials.registryUrl });
    await codec.prepare(['events.received']);
    const fay = idOf('fay');
    const garbage = [Buffer.from(`garbage ${RUN}`), Buffer.from([0, 0, 15, 66, 63, 1, 2, 3])];
    const producer = kafkaOf(credentials).producer();
    await producer.connect();
    const good = codec.encode('events.received', {
      source: 'demo',
      message_id: idOf('fay-1'),
      type: 'track',
      event: 'Order Completed',
      user_id: fay,
      properties: '{"revenue":5}',
      original_timestamp: Date.now(),
      via: 'kafka',
      faults: [],
    });
    // One key, so that the good record stands behind the garbage in one partition.
    await producer.send({
      topic: 'events.received',
      messages: [...garbage, good].map((value) => ({ key: fay, value })),
    });
    await producer.disconnect();
    await eventually(
      'the good record is in ClickHouse',
      () => hilo.rows('SELECT via FROM hilo.events WHERE message_id = {id:String}', { id: idOf('fay-1') }),
      (rows) => JSON.stringify(rows) === '[{"via":"kafka"}]',
    );
    const deadLetters = (await readBytes(credentials, 'ingestion.dead-letter')).map(({ value }) =>
      value.toString('latin1'),
    );
    for (const bytes of garbage) expect(deadLetters).toContain(bytes.toString('latin1'));
  });
});
