import { sharedStack } from '@hilo/test-stack';
import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';

const RUN = `list${Date.now().toString(36)}`;
const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const listUrl = `${credentials.ingestionUrl}/v1/lists/${RUN}`;

const isIn = (identifier: string, segment: string, wanted: boolean) =>
  eventually(
    `${identifier} is ${wanted ? 'in' : 'not in'} ${segment}`,
    () => hilo.profile(identifier, 'segments'),
    ({ status, body }) => status === 200 && JSON.stringify(body).includes(JSON.stringify(segment)) === wanted,
    90_000,
  );

it('a list that was filled before its segment was saved has its people, until they are taken off or their entry ends', async () => {
  await hilo.admin('PUT', listUrl, { name: 'Of this run' });
  const ann = `${RUN}-ann`;
  const email = `${RUN}@example.com`;
  await hilo.send('identify', { userId: ann, traits: { plan: 'gold' } });
  const csv = `type,value,until\nuser_id,${ann},\nemail,${email},${new Date(Date.now() + 60_000).toISOString()}\n`;
  expect(await hilo.admin('POST', `${listUrl}/csv`, { csv })).toMatchObject({ status: 200, body: { taken: 2 } });
  await eventually(
    'both are counted',
    () => hilo.admin('POST', `${credentials.segmentationUrl}/v1/segments/preview`, { condition: { list: RUN } }),
    ({ body }) => (body as { readonly size: number }).size === 2,
  );
  await hilo.segment(RUN, { list: RUN });
  await isIn(`user_id:${ann}`, RUN, true);
  await isIn(`email:${email}`, RUN, true);
  // The address turns out to be somebody's: the person has the list with it.
  await hilo.send('identify', { userId: `${RUN}-ben`, traits: { email } });
  await isIn(`user_id:${RUN}-ben`, RUN, true);
  await isIn(`user_id:${RUN}-ben`, RUN, false);
  const entries = [{ type: 'user_id', value: ann }];
  await hilo.admin('POST', `${listUrl}/entries/remove`, { entries });
  await isIn(`user_id:${ann}`, RUN, false);
}, 240_000);
