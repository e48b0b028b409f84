import type { EventAccepted, Identifier } from '@hilo/schemas';
import fc from 'fast-check';
import { expect } from 'vitest';
import { graphWrites, loadGraph } from '../adapters/postgres-identity-graph.ts';
import { keyOf } from '../domain/identity-graph.ts';
import type { Resolution } from '../domain/resolve.ts';
import { someBatches, someEvents } from './arbitrary-events.ts';
import type { GraphStore } from './graph-store.ts';
import { naiveIdentity } from './naive-identity.ts';
import { resolveBatch, resolveInBatches } from './resolve-in-batches.ts';

/** Any history, cut into any batches, gives the naive model's result, event by event. */
export function agreesWithNaiveModel(open: () => Promise<GraphStore>, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(someEvents, someBatches, async (events, lengths) => {
    const { resolutions } = await resolveInBatches(await open(), events, lengths);
    expect(resolutions.map(answerOf)).toEqual(naiveIdentity(events));
  });
  return fc.assert(property, { numRuns });
}

/**
 * Several instances work on one graph at once, each on its own events. In the end there is one graph, and each event's
 * profile leads, over the merges, to the profile that owns its identifiers.
 */
export function staysOneGraph(open: (instances: number) => Promise<readonly GraphStore[]>, numRuns: number) {
  const property = fc.asyncProperty(someEvents, someBatches, async (events, lengths) => {
    const stores = await open(3);
    const instances = stores.map((store, share): Instance => {
      const shareOfEvents = events.filter((_event, index) => index % stores.length === share);
      return { store, events: shareOfEvents, done: [] };
    });
    let rounds = 0;
    for (; instances.some(({ events: all, done }) => done.length < all.length); rounds += 1) {
      // In each round the first writer wins, so there are never more rounds than batches.
      if (rounds > events.length) throw new Error('nobody gets on');
      await round(instances, lengths[rounds % lengths.length] ?? 1);
    }
    const [store] = stores;
    const resolutions = instances.flatMap(({ done }) => done);
    if (store !== undefined) await checkGraph(store, resolutions);
  });
  return fc.assert(property, { numRuns });
}

/** What an instance has done, and what is left. */
interface Instance {
  readonly store: GraphStore;
  readonly events: readonly EventAccepted[];
  readonly done: Resolution[];
}

/** One round: all load and fold their next batch, then all write at once; an instance with a conflict tries again. */
async function round(instances: readonly Instance[], length: number): Promise<void> {
  const batches = await Promise.all(
    instances.map(async ({ store, events, done }) => {
      const { graph, resolved } = await resolveBatch(store, events.slice(done.length, done.length + length));
      return { writes: graphWrites(graph.changes()), resolved, store, done };
    }),
  );
  await Promise.all(
    batches.map(async ({ writes, resolved, store, done }) => {
      if (await store.write(writes)) done.push(...resolved);
    }),
  );
}

async function checkGraph(store: GraphStore, resolutions: readonly Resolution[]): Promise<void> {
  const identifiers = resolutions.flatMap((resolution) => resolution.identifiers);
  const graph = await loadGraph(store, identifiers.map(mentionOf));
  const merges = new Map(resolutions.flatMap(({ merges }) => merges.map((merge) => [merge.absorbed, merge.survivor])));
  const linked = resolutions.flatMap((resolution) => resolution.linked.map(keyOf));
  expect(new Set(linked).size).toBe(linked.length);
  for (const resolution of resolutions) {
    let survivor = resolution.profile_id;
    for (let next = merges.get(survivor); next !== undefined; next = merges.get(survivor)) survivor = next;
    for (const identifier of resolution.identifiers) {
      const profile = graph.profileOf(identifier);
      expect(profile?.profile_id).toBe(survivor);
      expect(profile?.identifiers.map(keyOf)).toContain(keyOf(identifier));
      expect(profile?.identifiers.filter(({ type }) => type === 'user_id').length).toBeLessThanOrEqual(1);
    }
  }
}

function mentionOf(identifier: Identifier) {
  return { readings: [identifier] as const };
}

function answerOf({ profile_id, set_aside, merges }: Resolution) {
  return {
    profile: profile_id,
    set_aside: set_aside.map(({ type, value }) => `${type}:${value}`),
    absorbed: merges.map(({ absorbed }) => absorbed),
  };
}
