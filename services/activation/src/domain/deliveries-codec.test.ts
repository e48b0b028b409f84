import { expect, test } from 'vitest';
import { deliveriesCodec } from './deliveries-codec.ts';

const STATE = { records: {}, queue: [], ended: [], retryable: [], lapsed: [] };
const written = (v: number) => Buffer.from(JSON.stringify({ v, ...STATE }));

test('what the next release writes is read, and nothing later', () => {
  expect(deliveriesCodec.decode(written(1))).toEqual(STATE);
  expect(deliveriesCodec.decode(written(2))).toEqual(STATE);
  expect(() => deliveriesCodec.decode(written(3))).toThrow('format 3');
});
