import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { someBatches, someEvents } from '../testing/arbitrary-events.ts';
import { memoryGraphStore } from '../testing/graph-store.ts';
import { agreesWithNaiveModel, staysOneGraph } from '../testing/identity-laws.ts';
import { resolveInBatches } from '../testing/resolve-in-batches.ts';
import { SMALL_RULES } from '../testing/small-rules.ts';
import { keyOf } from './identity-graph.ts';

const RUNS = { numRuns: 300 };

describe('identity of any history, cut into any batches', () => {
  test('agrees with the naive model, event by event', async () => {
    await agreesWithNaiveModel(async () => memoryGraphStore(), RUNS.numRuns);
  });

  test('stays one graph where several instances work on it at once', async () => {
    await staysOneGraph(async (instances) => {
      const store = memoryGraphStore();
      return Array.from({ length: instances }, () => store);
    }, RUNS.numRuns);
  });

  test('writes each row at most once a batch, and nothing where all is known', async () => {
    await fc.assert(
      fc.asyncProperty(someEvents, someBatches, async (events, lengths) => {
        const store = memoryGraphStore();
        const { changes } = await resolveInBatches(store, events, lengths);
        for (const { created, updated, linked, moved, merges } of changes) {
          const profiles = [...created, ...updated].map(({ profile_id }) => profile_id);
          const links = [...linked, ...moved].map(({ identifier }) => keyOf(identifier));
          expect(new Set(profiles).size).toBe(profiles.length);
          expect(new Set(links).size).toBe(links.length);
          expect(new Set(merges.map(({ absorbed }) => absorbed)).size).toBe(merges.length);
        }
        const again = await resolveInBatches(store, events.slice(-1), [1]);
        expect(again.changes).toEqual([{ created: [], updated: [], linked: [], moved: [], merges: [] }]);
      }),
      RUNS,
    );
  });

  test('no profile ever has more identifiers than the limits allow', async () => {
    await fc.assert(
      fc.asyncProperty(someEvents, someBatches, async (events, lengths) => {
        const { changes } = await resolveInBatches(memoryGraphStore(), events, lengths);
        for (const profile of changes.flatMap(({ created, updated }) => [...created, ...updated]))
          for (const rule of SMALL_RULES.identifiers)
            expect(profile.identifiers.filter(({ type }) => type === rule.type).length).toBeLessThanOrEqual(rule.limit);
      }),
      RUNS,
    );
  });

  test('whoever keeps the merge with the highest version finds every absorbed profile’s living survivor in one step', async () => {
    await fc.assert(
      fc.asyncProperty(someEvents, someBatches, async (events, lengths) => {
        const { resolutions } = await resolveInBatches(memoryGraphStore(), events, lengths);
        const merges = resolutions.flatMap((resolution) => resolution.merges);
        const redirects = new Map<string, { readonly survivor: string; readonly version: number }>();
        // Backwards: the order in which they are learnt must not matter.
        for (const { absorbed, also_absorbed, survivor, version } of merges.toReversed())
          for (const id of [absorbed, ...also_absorbed])
            if (version > (redirects.get(id)?.version ?? 0)) redirects.set(id, { survivor, version });
        for (const { survivor } of redirects.values()) expect(redirects.has(survivor)).toBe(false);
        expect([...redirects.keys()].toSorted()).toEqual(merges.map(({ absorbed }) => absorbed).toSorted());
      }),
      RUNS,
    );
  });
});
