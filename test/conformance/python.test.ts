import { beforeAll, describe, expect, it } from 'vitest';
import { sharedStack } from '@hilo/test-stack';
import { createSource, endsOf } from './ending.ts';
import { pythonWithClients, runScript } from './python-clients.ts';

const credentials = sharedStack();
let python: string;
beforeAll(async () => {
  python = await pythonWithClients();
}, 300_000);

describe('clients from PyPI, unmodified', () => {
  it('segment-analytics-python sends every kind of call, and all of them are accepted as sent', async () => {
    const source = await createSource(credentials, 'segment-python');
    await runScript(python, 'send_segment.py', credentials.ingestionUrl, source.write_key);
    const { accepted, rejected } = await endsOf(credentials, source, 100);
    expect(rejected).toEqual([]);
    const of = (type: string) => accepted.find((event) => event.type === type && !event.event?.startsWith('Step'));
    expect(of('track')).toMatchObject({ event: 'Order Completed', user_id: 'u', via: 'http' });
    expect(JSON.parse(of('track')?.properties ?? '')).toMatchObject({ revenue: 9.5 });
    expect(Math.abs((of('track')?.timestamp ?? 0) - Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBeLessThan(60_000);
    expect(JSON.parse(of('identify')?.traits ?? '')).toEqual({ email: 'u@shop.example', name: 'Zoë' });
    expect(of('page')).toMatchObject({ anonymous_id: 'a', name: 'Home', category: 'Shop' });
    expect(of('group')).toMatchObject({ group_id: 'g' });
    expect(of('alias')).toMatchObject({ user_id: 'u', previous_id: 'a' });
    expect(accepted.filter(({ type }) => type === 'track')).toHaveLength(95);
  });

  it('confluent-kafka writes Avro with the registry', async () => {
    const source = await createSource(credentials, 'confluent');
    const { kafkaBrokers, registryUrl } = credentials;
    await runScript(python, 'send_avro.py', kafkaBrokers.join(','), registryUrl, source.key, '500');
    const { accepted, rejected } = await endsOf(credentials, source, 500);
    expect(rejected).toEqual([]);
    expect(new Set(accepted.map(({ message_id }) => message_id)).size).toBe(500);
    expect(accepted[0]).toMatchObject({ event: 'Order Completed', properties: '{"revenue": 9.5}', via: 'kafka' });
    // Each user's events come in the order in which they were sent.
    const ofOne = accepted
      .filter(({ user_id }) => user_id === 'user-3')
      .map(({ message_id }) => Number(message_id.slice(7)));
    expect(ofOne).toEqual(ofOne.toSorted((a, b) => a - b));
  });
});
