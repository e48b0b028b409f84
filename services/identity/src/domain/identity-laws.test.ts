import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { someBatches, someEvents } from '../testing/arbitrary-events.ts';
import { MemoryGraphStore } from '../testing/graph-store.ts';
import { naiveIdentity } from '../testing/naive-identity.ts';
import { resolveInBatches } from '../testing/resolve-in-batches.ts';
import { DEFAULT_RULES } from './identifier-rules.ts';
import { keyOf } from './identity-graph.ts';
import type { Resolution } from './resolve.ts';

const RUNS = { numRuns: 300 };

const answerOf = ({ profile_id, set_aside, merges }: Resolution) => ({
  profile: profile_id,
  set_aside: set_aside.map(({ type, value }) => `${type}:${value}`),
  absorbed: merges.map(({ absorbed }) => absorbed),
});

describe('identity of any history, cut into any batches', () => {
  test('agrees with the naive model, event by event', async () => {
    await fc.assert(
      fc.asyncProperty(someEvents, someBatches, async (events, lengths) => {
        const { resolutions } = await resolveInBatches(new MemoryGraphStore(), events, lengths);
        expect(resolutions.map(answerOf)).toEqual(naiveIdentity(events));
      }),
      RUNS,
    );
  });

  test('writes each row at most once a batch, and nothing where all is known', async () => {
    await fc.assert(
      fc.asyncProperty(someEvents, someBatches, async (events, lengths) => {
        const store = new MemoryGraphStore();
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
        const { changes } = await resolveInBatches(new MemoryGraphStore(), events, lengths);
        for (const profile of changes.flatMap(({ created, updated }) => [...created, ...updated]))
          for (const rule of DEFAULT_RULES.identifiers)
            expect(profile.identifiers.filter(({ type }) => type === rule.type).length).toBeLessThanOrEqual(rule.limit);
      }),
      RUNS,
    );
  });

  test('whoever keeps the merge with the highest version finds every absorbed profile’s living survivor in one step', async () => {
    await fc.assert(
      fc.asyncProperty(someEvents, someBatches, async (events, lengths) => {
        const { resolutions } = await resolveInBatches(new MemoryGraphStore(), events, lengths);
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
