import type { EventAccepted } from '@hilo/schemas';
import type { GraphChanges } from '../domain/identity-graph.ts';
import { DEFAULT_RULES } from '../domain/identifier-rules.ts';
import { readIdentifiers } from '../domain/read-identifiers.ts';
import { type Resolution, resolve } from '../domain/resolve.ts';
import type { GraphStore } from './graph-store.ts';

/** How a history came out. */
export interface Outcome {
  readonly resolutions: readonly Resolution[];
  readonly changes: readonly GraphChanges[];
}

/** Resolves a history in batches of these lengths. The nth event names the profile it creates `n`. */
export async function resolveInBatches(
  store: GraphStore,
  events: readonly EventAccepted[],
  lengths: readonly number[],
): Promise<Outcome> {
  const resolutions: Resolution[] = [];
  const changes: GraphChanges[] = [];
  for (let batch = 0; resolutions.length < events.length; batch += 1) {
    const length = lengths[batch % lengths.length] ?? 1;
    const part = events.slice(resolutions.length, resolutions.length + length);
    const mentions = part.map((event) => readIdentifiers(event, DEFAULT_RULES));
    const graph = await store.load(mentions.flat());
    for (const [index, event] of part.entries()) {
      const name = String(resolutions.length);
      const evidence = {
        source: event.source,
        message_id: event.message_id,
        rule: 'same_event',
        event_time_ms: event.timestamp,
        decided_at_ms: 5,
      } as const;
      const occasion = { evidence, received_at_ms: event.received_at, newProfileId: () => name };
      const resolution = resolve(graph, mentions[index] ?? [], occasion, DEFAULT_RULES);
      if (resolution === null) throw new Error('every event of the history has identifiers');
      resolutions.push(resolution);
    }
    changes.push(graph.changes());
    if (!(await store.write(graph.changes()))) throw new Error('nobody else writes, yet there was a conflict');
  }
  return { resolutions, changes };
}
