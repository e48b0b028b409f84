import { describe, expect, it } from 'vitest';
import { deadLetterOf } from './dead-letter.ts';

const record = { partition: 1, offset: 7, key: Buffer.from('k'), value: Buffer.from('{"é":1}'), headers: {} };

describe('a dead letter', () => {
  it('says where it came from and why it was set aside', () => {
    const headers = {
      ...{ 'hilo-source-topic': 'events.received', 'hilo-source-partition': '1', 'hilo-source-offset': '42' },
      ...{ 'hilo-reason': 'not_avro', 'hilo-message': 'No record.', 'hilo-failed-at': '2026-11-22T12:00:00.000Z' },
      ...{ 'hilo-build': 'abc', other: 'x' },
    };
    expect(deadLetterOf({ ...record, headers })).toEqual({
      ...{ partition: 1, offset: 7, source_topic: 'events.received', source_partition: '1', source_offset: '42' },
      ...{ reason: 'not_avro', message: 'No record.', failed_at: '2026-11-22T12:00:00.000Z', build: 'abc', key: 'k' },
      ...{ value: '{"é":1}', value_encoding: 'utf8', value_bytes: 8 },
    });
  });

  it('may say nothing at all', () => {
    expect(deadLetterOf({ ...record, key: null, value: null })).toMatchObject({
      ...{ source_topic: null, reason: '', key: null, value: null, value_encoding: '', value_bytes: 0 },
    });
  });

  it('shows the beginning of its bytes, as text only where they are text', () => {
    const avro = deadLetterOf({ ...record, value: Buffer.from([0, 0, 0, 0, 1, 65]) });
    expect([avro.value, avro.value_encoding]).toEqual(['AAAAAAFB', 'base64']);
    const long = deadLetterOf({ ...record, value: Buffer.alloc(9000, 'x') });
    expect([long.value?.length, long.value_bytes]).toEqual([4096, 9000]);
  });
});
