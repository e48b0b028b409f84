import { type EventAccepted, readIdentifiers } from '@hilo/schemas';
import { graphWrites, loadGraph } from '../adapters/postgres-identity-graph.ts';
import type { GraphChanges, IdentityGraph } from '../domain/identity-graph.ts';
import { type Resolution, resolve } from '../domain/resolve.ts';
import type { GraphStore } from './graph-store.ts';
import { SMALL_RULES } from './small-rules.ts';

/** The result of a history. */
export interface Outcome {
  readonly resolutions: readonly Resolution[];
  readonly changes: readonly GraphChanges[];
}

/** Resolves a history in batches of these lengths. The event with messageId `m7` names the profile it creates `7`. */
export async function resolveInBatches(
  store: GraphStore,
  events: readonly EventAccepted[],
  lengths: readonly number[],
): Promise<Outcome> {
  const resolutions: Resolution[] = [];
  const changes: GraphChanges[] = [];
  for (let batch = 0; resolutions.length < events.length; batch += 1) {
    const length = lengths[batch % lengths.length] ?? 1;
    const { graph, resolved } = await resolveBatch(
      store,
      events.slice(resolutions.length, resolutions.length + length),
    );
    resolutions.push(...resolved);
    changes.push(graph.changes());
    if (!(await store.write(graphWrites(graph.changes()))))
      throw new Error('nobody else writes, yet there was a conflict');
  }
  return { resolutions, changes };
}

/** Loads and folds one batch, without writing it. */
export async function resolveBatch(
  store: GraphStore,
  events: readonly EventAccepted[],
): Promise<{ readonly graph: IdentityGraph; readonly resolved: readonly Resolution[] }> {
  const mentions = events.map((event) => readIdentifiers(event, SMALL_RULES) ?? []);
  const graph = await loadGraph(store, mentions.flat());
  const resolved = events.map((event, index) => {
    const { source, message_id, timestamp: event_time_ms } = event;
    const evidence = { source, message_id, rule: 'same_event', event_time_ms, decided_at_ms: 5 } as const;
    const occasion = { evidence, received_at_ms: event.received_at, newProfileId: () => message_id.slice(1) };
    const resolution = resolve(graph, mentions[index] ?? [], occasion, SMALL_RULES);
    if (resolution === null) throw new Error('every event of the history has identifiers');
    return resolution;
  });
  return { graph, resolved };
}
