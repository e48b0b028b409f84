import type { EventIdentified, ProfileChanged } from '@hilo/schemas';
import { StageDriver } from '@hilo/streaming/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifiedOf, mergeOf } from '../testing/events.ts';
import { MemoryProfileTables } from '../testing/memory-profile-tables.ts';
import { naiveTraits } from '../testing/naive-profile.ts';
import { profileStage } from '../stage.ts';

const NOW_MS = 1_700_000_000_000;

/** Events of two people who turn out to be one; most share a timestamp, many a time of receipt too. */
const someEvents: fc.Arbitrary<readonly EventIdentified[]> = fc
  .array(
    fc.record({
      profile_id: fc.constantFrom('p_a', 'p_b'),
      source: fc.constantFrom('web', 'app'),
      timestamp: fc.integer({ min: 1, max: 2 }),
      received_at: fc.integer({ min: 2, max: 4 }),
      request_position: fc.integer({ min: 0, max: 3 }),
      traits: fc
        .dictionary(fc.constantFrom('plan', 'city', 'n'), fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(null)))
        .map((traits) => JSON.stringify(traits)),
      id: fc.constantFrom('9', '10', 'b', 'a'),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((all) => all.map(({ id, ...fields }, index) => identifiedOf({ ...fields, message_id: `${id}-${index}` })));

interface Run {
  readonly events: readonly EventIdentified[];
  /** Ranks that shuffle the events. */
  readonly ranks: readonly number[];
  /** How many come before the merge is read. */
  readonly beforeMerge: number;
  /** Events that come again afterwards, as after a replay. */
  readonly again: readonly number[];
}

const someRun: fc.Arbitrary<Run> = someEvents.chain((events) =>
  fc.record({
    events: fc.constant(events),
    ranks: fc.array(fc.integer(), { minLength: events.length, maxLength: events.length }),
    beforeMerge: fc.nat(events.length),
    again: fc.array(fc.nat(events.length - 1), { maxLength: 3 }),
  }),
);

async function traitsAfter({ events, ranks, beforeMerge, again }: Run): Promise<unknown> {
  const tables = new MemoryProfileTables();
  const driver = new StageDriver({ ...profileStage(), startMs: NOW_MS, partitions: 4, tables });
  const send = (event: EventIdentified) => driver.pipe('events.identified', event.profile_id, event);
  const shuffled = events
    .map((event, index) => ({ event, rank: ranks[index] ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ event }) => event);
  for (const event of shuffled.slice(0, beforeMerge)) send(event);
  await driver.run();
  const absorbed = [{ merge_id: 'm_ab', profile_id: 'p_b' }];
  send(identifiedOf({ profile_id: 'p_a', message_id: 'merging', type: 'track', event: 'x', timestamp: 0, absorbed }));
  driver.pipe('identity.merges', 'p_b', mergeOf({ message_id: 'merging' }));
  // What still comes under the absorbed profile's key is late, and finds the survivor.
  for (const event of shuffled.slice(beforeMerge)) send(event);
  await driver.run();
  for (const index of again) if (events[index] !== undefined) send(events[index]);
  await driver.run();
  const [last] = driver
    .outputs('profiles.changed')
    .filter(({ key }) => key === 'p_a')
    .slice(-1);
  return JSON.parse((last?.value as ProfileChanged | undefined)?.traits ?? '{}');
}

describe('the order of events', () => {
  test('decides every trait as a naive fold of all of them does, however they come, merge, and come again', async () => {
    await fc.assert(
      fc.asyncProperty(someRun, async (run) => {
        const expected = Object.entries(naiveTraits(run.events)).map(([name, text]) => [
          name,
          JSON.parse(text) as unknown,
        ]);
        expect(await traitsAfter(run)).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test('two calls in one tick: the later one of the request wins, whatever their messageIds', async () => {
    for (const [first, second] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const call = (message_id: string, plan: string, request_position: number) =>
        identifiedOf({ message_id, traits: JSON.stringify({ plan }), timestamp: 5, received_at: 7, request_position });
      const events = [call(first, 'trial', 0), call(second, 'paid', 1)];
      for (const ranks of [
        [0, 1],
        [1, 0],
      ])
        expect(await traitsAfter({ events, ranks, beforeMerge: 1, again: [0] })).toEqual({ plan: 'paid' });
    }
  });
});
