import type { MembershipChanged } from '@hilo/schemas';
import { sharedStack } from '@hilo/test-stack';
import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';
import { readTopic } from './topic-reader.ts';

/** Names of this run: others may use the same stack. */
const RUN = `past${Date.now().toString(36)}`;
const EVENT = `${RUN} Ordered`;
const PEOPLE = 24;
const DAY_MS = 86_400_000;

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const urlOf = (segment: string) => `${credentials.segmentationUrl}/v1/segments/${segment}`;

/** Up to four orders of each person, one every 20 days back from now, the first by an unknown visitor. */
async function orders(): Promise<readonly string[]> {
  const sent: string[] = [];
  for (let person = 0; person < PEOPLE; person += 1) {
    const [userId, anonymousId] = [`${RUN}-u${person}`, `${RUN}-a${person}`];
    for (let order = 0; order < person % 5; order += 1) {
      const messageId = `${RUN}-${person}-${order}`;
      const who = order === 0 ? { anonymousId } : { userId };
      const timestamp = new Date(Date.now() - order * 20 * DAY_MS).toISOString();
      await hilo.send('track', { ...who, event: EVENT, messageId, timestamp, properties: { revenue: 10.5 * order } });
      sent.push(messageId);
    }
    const messageId = `${RUN}-${person}-login`;
    await hilo.send('identify', { userId, anonymousId, messageId, traits: { run: RUN } });
    sent.push(messageId);
  }
  return sent;
}

const changesOf = async (segment: string) =>
  (await readTopic<MembershipChanged>(credentials, 'segments.membership'))
    .map(({ value }) => value)
    .filter((change) => change.segment === segment);

async function membersOf(segment: string): Promise<number> {
  return ((await hilo.admin('GET', urlOf(segment))).body as { readonly members: number }).members;
}

it('lets a new segment count all of the past, and an edited one keep its members until then', async () => {
  const sent = await orders();
  await eventually(
    'the orders are in ClickHouse',
    () =>
      hilo.rows<{ n: number }>('SELECT count() AS n FROM hilo.events WHERE startsWith(message_id, {run:String})', {
        run: RUN,
      }),
    ([row]) => row?.n === sent.length,
  );
  const conditions = {
    twice: { did: EVENT, count: { gte: 2 }, within: '90d' },
    lately: { sum: 'revenue', of: EVENT, is: { gt: 20 }, within: '50d' },
    never: { all: [{ trait: 'run', is: { eq: RUN } }, { not: { did: EVENT } }] },
  };
  for (const [name, condition] of Object.entries(conditions)) {
    const key = `${RUN}-${name}`;
    await hilo.segment(key, condition);
    const preview = await hilo.admin('POST', `${credentials.segmentationUrl}/v1/segments/preview`, { condition });
    const { size } = preview.body as { readonly size: number };
    expect(size, name).toBeGreaterThan(0);
    await eventually(
      `${name} has the members of its preview`,
      () => membersOf(key),
      (members) => members === size,
    );
    const changes = await changesOf(key);
    expect(changes.every(({ backfilled, reason }) => backfilled && reason === 'definition')).toBe(true);
    expect(changes).toHaveLength(size);
    expect((await hilo.admin('GET', urlOf(key))).body).toMatchObject({ events_counted_from: null, published: true });
    const { body } = await hilo.admin('GET', `${urlOf(key)}/backfill`);
    expect(body).toMatchObject({ state: 'done', phase: 'done', events: { read: expect.any(Number) } });
  }
  await hilo.segment(`${RUN}-twice`, { did: EVENT, count: { gte: 3 }, within: '90d' });
  await eventually(
    'the edit is in force',
    () => membersOf(`${RUN}-twice`),
    (members) => members === 9,
  );
  expect((await changesOf(`${RUN}-twice`)).filter(({ status }) => status === 'exited')).toHaveLength(5);
  await hilo.send('track', { userId: `${RUN}-u2`, event: EVENT, messageId: `${RUN}-third` });
  const [change] = await eventually(
    'an event counts beside the past',
    async () => (await changesOf(`${RUN}-twice`)).filter(({ message_id }) => message_id === `${RUN}-third`),
    (changes) => changes.length > 0,
  );
  expect(change).toMatchObject({ status: 'entered', reason: 'event', backfilled: false });
}, 180_000);
