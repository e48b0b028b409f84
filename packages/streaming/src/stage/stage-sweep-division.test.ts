import { expect, it } from 'vitest';
import type { KeyedLogic } from '../language/logic.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { StageDriver } from '../testing/stage-driver.ts';
import { type Bar, type Tally, TOY_LOGIC, TOY_TOPOLOGY, type ToyState, type ToyTopics } from '../testing/toy-stage.ts';

it('a batch that is divided for a bug ends no sweep that begins anew in it', async () => {
  let hasBug = false;
  const logic: KeyedLogic<ToyState, ToyTopics, Bar> = {
    ...TOY_LOGIC,
    apply: (state, input, at, bar) => {
      if (hasBug && input.kind === 'sweep' && state.hits['b'] === 1) throw new TypeError('bug');
      return TOY_LOGIC.apply(state, input, at, bar);
    },
  };
  const driver = new StageDriver<never, ToyTopics, ToyState, Bar>({
    ...{ topology: TOY_TOPOLOGY, logic, startMs: 1_700_000_000_000, partitions: 1, codec: new JsonCodec() },
    limits: { batchRecords: 1, batchKeys: 1 },
  });
  for (const key of ['a', 'b', 'c']) driver.pipe('hits', key, { id: key });
  await driver.run();
  hasBug = true;
  // With the third of them comes the visit to the second key, after the first one has had five.
  for (const least of [5, 5, 1]) driver.pipe('bars', 'bar', { least });
  await driver.run();
  const published = driver.outputs('tallies').map(({ value }) => value as Tally);
  expect(published.flatMap(({ key, big }) => (key === 'a' ? [big] : []))).toEqual([true, false, true]);
});
