import { LocalCodec } from '@hilo/schemas';
import type { LogPosition, RecordOf } from '@hilo/streaming';
import { describe, expect, it } from 'vitest';
import { changed, delivered, identified, membership, merged, rejected } from '../testing/records.ts';
import { TOPOLOGY } from '../topology.ts';
import { type HistoryTopics, recordHistory } from './record-history.ts';

function rowsOf<T extends keyof HistoryTopics>(topic: T, value: HistoryTopics[T], logPosition?: LogPosition) {
  return recordHistory.rows({
    kind: 'record',
    topic,
    partition: 0,
    offset: 0,
    key: null,
    value,
    timestamp_ms: 0,
    logPosition,
  } as RecordOf<HistoryTopics>);
}

const SAMPLES: { readonly [T in keyof HistoryTopics]: HistoryTopics[T] } = {
  'events.identified': identified({ properties: '{"a":1}', linked: [{ type: 'email', value: 'a@example.com' }] }),
  'events.rejected': rejected({ original: Buffer.from([0xff, 0x00]) }),
  'identity.merges': merged({ also_absorbed: ['p_0'] }),
  'profiles.changed': changed({
    changes: [{ trait: 'plan', value: '"gold"', previous: null, source: 'web', message_id: 'm', event_time: 1 }],
  }),
  'segments.membership': membership({}),
  'activation.deliveries': delivered({}),
};

describe('the rows of a record', () => {
  it('are there for every topic that the stage reads', () => {
    for (const topic of TOPOLOGY.sources) expect(rowsOf(topic, SAMPLES[topic] as never), topic).not.toHaveLength(0);
  });

  it('are the same bytes whenever the same record is read again', () => {
    const codec = new LocalCodec();
    for (const topic of TOPOLOGY.sources) {
      const bytes = codec.encode(topic, SAMPLES[topic]);
      const read = () => {
        const decoded = codec.decode(topic, bytes);
        if (!decoded.ok) throw new Error(decoded.message);
        return JSON.stringify(rowsOf(topic, decoded.value as never));
      };
      expect(read(), topic).toBe(read());
    }
  });

  it('keep the texts of an event as they came, and leave out what it does not have', () => {
    const properties = '{"revenue": 1.10, "revenue": 2, "none": null}';
    const [first] = rowsOf('events.identified', identified({ properties }));
    expect(JSON.parse(JSON.stringify(first))).toEqual({
      table: 'event_rows',
      row: {
        profile_id: 'p_1',
        timestamp: 1_760_000_000_000,
        received_at: 1_760_000_000_500,
        message_id: 'm-1',
        source: 'web',
        type: 'track',
        event: 'Order Completed',
        properties,
        properties_shown: '{"revenue":2,"none":null}',
        property_values: [
          ['revenue', [2, '2', '2']],
          ['none', [4, 'null', null]],
        ],
        values_version: 1,
        timestamp_clamped: false,
        via: 'http',
      },
    });
  });

  it('say which record they were made of, each of them', () => {
    const logPosition = { topic_id: 'uT3bPzX1QK6n3rN0c6m1xg', partition: 3, offset: 42 };
    for (const topic of TOPOLOGY.sources) {
      const rows = rowsOf(topic, SAMPLES[topic] as never, logPosition);
      for (const { table, row } of rows)
        expect(row, table).toMatchObject({ topic_id: logPosition.topic_id, topic_partition: 3, topic_offset: 42 });
    }
    expect(rowsOf('segments.membership', membership({}))[0]?.row).not.toHaveProperty('topic_offset');
  });

  it('hold the position in the request, where the record has one', () => {
    const position = (fields: object) => rowsOf('events.identified', { ...identified({}), ...fields })[0]?.row;
    expect(position({ request_position: 7 })).toHaveProperty('request_position', 7);
    expect(position({})).toHaveProperty('request_position', undefined);
  });

  it('redirect every profile that a merge moves', () => {
    const rows = rowsOf('identity.merges', merged({ absorbed: 'b', survivor: 'c', also_absorbed: ['a'], version: 7 }));
    expect(rows.filter(({ table }) => table === 'redirect_rows').map(({ row }) => row)).toEqual([
      { profile_id: 'b', survivor: 'c', version: 7 },
      { profile_id: 'a', survivor: 'c', version: 7 },
    ]);
  });

  it('hold the bytes of a refused event as text, or in base64 where they are none', () => {
    const original = (bytes: Buffer | null) => rowsOf('events.rejected', rejected({ original: bytes }))[0]?.row;
    expect(original(Buffer.from('{"é":1}'))).toMatchObject({ original: '{"é":1}', original_encoding: 'utf8' });
    expect(original(Buffer.from([0xff, 0x00]))).toMatchObject({ original: '/wA=', original_encoding: 'base64' });
    expect(original(null)).toMatchObject({ original: null, original_encoding: '' });
  });

  it('hold one change of a profile for each trait', () => {
    const change = { value: '1', previous: null, source: 'web', message_id: 'm', event_time: 1 };
    const rows = rowsOf(
      'profiles.changed',
      changed({
        version: 3,
        changes: [
          { ...change, trait: 'a' },
          { ...change, trait: 'b' },
        ],
      }),
    );
    expect(rows.map(({ table }) => table)).toEqual(['profile_rows', 'profile_change_rows', 'profile_change_rows']);
    expect(rows[1]?.row).toMatchObject({ profile_id: 'p_1', version: 3, trait: 'a', reason: 'event' });
  });
});
