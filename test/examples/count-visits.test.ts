import { JsonCodec, StageDriver } from '@hilo/streaming/testing';
import { expect, it } from 'vitest';
import { COUNT_VISITS, TOPOLOGY } from './count-visits.ts';

const NOON_MS = Date.UTC(2026, 0, 1, 12);

it('counts visits, and begins anew after a minute without one', async () => {
  const options = { topology: TOPOLOGY, logic: COUNT_VISITS, startMs: NOON_MS, codec: new JsonCodec(), partitions: 1 };
  const driver = new StageDriver(options);
  driver.pipe('visits', 'ada', { at_ms: NOON_MS });
  await driver.run();
  expect(driver.journal).toEqual([
    {
      kind: 'commit',
      states: [{ key: 'ada', state: { count: 1, endsMs: NOON_MS + 60_000, published: 1 }, due_ms: NOON_MS + 60_000 }],
      tables: [],
      checkpoint: { 0: { visits: 1 } },
    },
    { kind: 'send', records: [{ topic: 'counts', key: 'ada', value: { count: 1 } }] },
  ]);

  await driver.advance(60_000);
  expect(driver.outputs('counts').map(({ value }) => value)).toEqual([{ count: 1 }, { count: 0 }]);

  // What is committed is there after a kill, and what was read is not read again.
  driver.crash();
  driver.pipe('visits', 'ada', { at_ms: NOON_MS + 60_000 });
  await driver.run();
  expect(driver.outputs('counts').at(-1)).toEqual({ key: 'ada', partition: 0, value: { count: 1 } });
});
