import { sharedStack } from '@hilo/test-stack';
import { describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { createSource } from './ending.ts';

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const RUN = Date.now().toString(36);

/** Fields of a track call, and how the event ends: accepted, or the reason why not. */
const CASES: readonly (readonly [fields: object, end: string])[] = [
  [{ userId: `${RUN}-u` }, 'accepted'],
  [{ userId: 0 }, 'no_identifier'],
  [{ userId: '0' }, 'no_identifier'],
  [{ userId: 'guest', anonymousId: 'UNKNOWN' }, 'no_identifier'],
  [{ userId: ' true ' }, 'no_identifier'],
  [{ anonymousId: '00000000-0000-0000-0000-000000000000' }, 'no_identifier'],
  [{ userId: 'null', anonymousId: `${RUN}-a` }, 'accepted'],
  [{ userId: 'n/a', context: { traits: { email: `${RUN}@shop.example` } } }, 'accepted'],
  [{ userId: 'n/a', context: { traits: { email: 'test@test.com' } } }, 'no_identifier'],
  [{ userId: 12_345 }, 'accepted'],
  [{ userId: true }, 'invalid_type'],
  [{}, 'missing_identifier'],
  [{ userId: `${RUN}-t`, timestamp: 'soon' }, 'accepted'],
  [{ userId: `${RUN}-t`, timestamp: '0001-01-01T00:00:00Z' }, 'accepted'],
];

describe('every event that was received', () => {
  it('ends once, where its sender looks: in SQL, by messageId, and in the list of rejections', async () => {
    const source = await createSource(credentials, 'one-end');
    const events = CASES.map(([fields], index) => ({
      type: 'track',
      event: 'x',
      messageId: `${RUN}-${index}`,
      ...fields,
    }));
    const answer = await fetch(`${credentials.ingestionUrl}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${source.write_key}:`).toString('base64')}` },
      body: JSON.stringify({ batch: events }),
    });
    const rejected = CASES.flatMap(([, end], index) => (end === 'accepted' ? [] : [[index, end] as const]));
    expect(answer.status).toBe(400);
    const { faults } = (await answer.json()) as {
      readonly faults: readonly { readonly index: number; readonly code: string }[];
    };
    expect(faults.map(({ index, code }) => [index, code])).toEqual(rejected);

    const sql = `SELECT message_id, end FROM (
        SELECT message_id, 'accepted' AS end FROM hilo.events WHERE source = {source:String}
        UNION ALL SELECT assumeNotNull(message_id), reason AS end FROM hilo.rejected_events WHERE source = {source:String})
      ORDER BY toUInt32(splitByChar('-', message_id)[2])`;
    const ends = await eventually(
      'every event has ended',
      () => hilo.rows<{ message_id: string; end: string }>(sql, { source: source.key }),
      (rows) => rows.length >= CASES.length,
    );
    expect(ends.map(({ message_id, end }) => [message_id, end])).toEqual(
      CASES.map(([, end], index) => [`${RUN}-${index}`, end]),
    );
    for (const [index, [, end]] of CASES.entries()) {
      const { body } = await hilo.admin('GET', `${credentials.historyUrl}/v1/messages/${RUN}-${index}`);
      expect(body).toMatchObject({ state: end === 'accepted' ? 'accepted' : 'rejected', source: source.key });
    }
    const listed = await hilo.admin('GET', `${credentials.ingestionUrl}/v1/rejected?source=${source.key}`);
    expect((listed.body as { readonly items: readonly unknown[] }).items).toHaveLength(rejected.length);
  });

  it('has a time that could not be read marked, in SQL', async () => {
    const source = await createSource(credentials, 'times');
    const strict = await createSource(credentials, 'strict-times', { unreadable_times: 'reject' });
    const event = { type: 'track', event: 'x', userId: `${RUN}-times`, timestamp: '31/12/2026 10:00' };
    const send = (key: string) =>
      fetch(`${credentials.ingestionUrl}/v1/track`, {
        method: 'POST',
        body: JSON.stringify({ ...event, writeKey: key }),
      });
    expect([(await send(source.write_key)).status, (await send(strict.write_key)).status]).toEqual([200, 400]);
    const [row] = await eventually(
      'the event is in ClickHouse',
      () =>
        hilo.rows<object>(
          `SELECT timestamp = received_at AS at_receipt, original_timestamp, timestamp_unreadable, extra_text
           FROM hilo.events WHERE source = {source:String}`,
          { source: source.key },
        ),
      (rows) => rows.length > 0,
    );
    expect(row).toEqual({
      ...{ at_receipt: 1, original_timestamp: null, timestamp_unreadable: true },
      extra_text: '{"timestamp":"31/12/2026 10:00"}',
    });
  });
});
