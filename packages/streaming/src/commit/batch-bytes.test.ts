import { describe, expect, it } from 'vitest';
import type { KeyedLogic } from '../language/logic.ts';
import { forward } from '../language/outcome.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { StageDriver } from '../testing/stage-driver.ts';
import { BatchTooLargeError, refuseTooLarge } from './batch-bytes.ts';

const MEGABYTE = 1024 * 1024;

describe('what a commit may hold', () => {
  const writes = (bytes: number) => [{ name: 'w', sql: '', values: [[1, 2], [null], Buffer.alloc(bytes / 2)] }];
  const outbox = (bytes: number) => [[{ id: 1, body: Buffer.alloc(bytes / 2) }], []];

  it('is bounded, for several inputs more than for one, which cannot be split', () => {
    const refuse = (inputs: number, bytes: number) => () => refuseTooLarge(inputs, outbox(bytes), writes(bytes));
    expect(refuse(2, 63 * MEGABYTE)).not.toThrow();
    expect(refuse(2, 65 * MEGABYTE)).toThrow(BatchTooLargeError);
    expect(refuse(1, 65 * MEGABYTE)).not.toThrow();
    expect(refuse(1, 513 * MEGABYTE)).toThrow(BatchTooLargeError);
  });

  it('is what a stage splits its batches by: each record is folded once, in order', async () => {
    const logic: KeyedLogic<number, { hits: { id: number } }> = {
      kind: 'keyed',
      codec: { encode: (count) => Buffer.from(String(count)), decode: (bytes) => Number(bytes.toString()) },
      keyOf: ({ key }) => key,
      initial: () => 0,
      apply: (count) => ({ state: count + 1 }),
      publish: (key, state) => ({
        state,
        outcomes: [forward('tallies', key, { state, padding: 'x'.repeat(20 * MEGABYTE) })],
        wakeAtMs: null,
      }),
    };
    const topology = { stage: 'toy', sources: ['hits'], sinks: ['tallies'], deadLetter: 'toy.dead-letter' };
    const driver = new StageDriver({ topology, logic, startMs: 0, partitions: 1, codec: new JsonCodec() });
    for (let id = 0; id < 4; id += 1) driver.pipe('hits', 'a', { id });
    await driver.run();
    const states = driver.outputs('tallies').map(({ value }) => (value as { state: number }).state);
    expect(states).toEqual([1, 2, 3, 4]);
    expect(driver.outputs('toy.dead-letter')).toEqual([]);
    expect(driver.journal.filter(({ kind }) => kind === 'commit')).toHaveLength(2);
  }, 30_000);
});
