import type { ProfilesMerged } from '@hilo/schemas';
import type { MergeRow, RedirectRow } from './tables.ts';

/** The row of a merge. */
export function mergeRow(merge: ProfilesMerged): MergeRow {
  const { merge_id, absorbed, survivor, also_absorbed, identifiers, source, message_id, rule, event_time, decided_at } =
    merge;
  return {
    merge_id,
    absorbed,
    survivor,
    also_absorbed,
    version: atLeastZero(merge.version),
    identifiers: identifiers.map(({ type, value }) => [type, value]),
    source,
    message_id,
    rule,
    event_time,
    decided_at,
  };
}

/**
 * Redirects of every profile that the merge moves: the absorbed one and all that it had absorbed. With the highest
 * version per profile, one step leads to the living survivor, in whatever order merges arrive.
 */
export function redirectRows(merge: ProfilesMerged): readonly RedirectRow[] {
  const version = atLeastZero(merge.version);
  return [merge.absorbed, ...merge.also_absorbed].map((profile_id) => ({
    profile_id,
    survivor: merge.survivor,
    version,
  }));
}

/** The columns of versions are unsigned; a negative one would stop the whole load. */
export function atLeastZero(version: number): number {
  return Math.max(0, version);
}
