import type { Condition } from '@hilo/behaviour';
import { countingSince, type Definition, eventsCountedFrom, timesNeeded } from './definitions.ts';

/** All segments ever saved, as the service's own tables hold them. */
export interface Catalogue {
  readonly segments: ReadonlyMap<string, SavedSegment>;
  /** Counters that live definitions need, and since when each counts. */
  readonly counting_since_ms: ReadonlyMap<string, number>;
}

/** A segment as saved; `condition` null: deleted. */
export interface SavedSegment {
  readonly key: string;
  readonly name: string;
  readonly condition: Condition | null;
  readonly version: number;
  readonly created_at_ms: number;
  readonly saved_at_ms: number;
}

/** A requested change of a segment. */
export interface WantedSegment {
  readonly key: string;
  readonly name: string;
  /** Null: deleted. */
  readonly condition: Condition | null;
  /** The version that the change is based on; null: any. */
  readonly basedOn: number | null;
}

/** The result of a requested change. */
export type SaveResult =
  | { readonly kind: 'unchanged'; readonly segment: SavedSegment }
  | { readonly kind: 'saved'; readonly segment: SavedSegment; readonly counting_since_ms: ReadonlyMap<string, number> }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'conflict'; readonly version: number }
  | { readonly kind: 'too-many-segments'; readonly limit: number }
  | { readonly kind: 'too-many-times'; readonly limit: number; readonly needed: number };

/** Limits for all definitions together: each profile holds at most that much, and each event meets all of them. */
export const CATALOGUE_LIMITS = {
  segments: 500,
  /** Event times that one profile may have to remember. */
  times: 50_000,
} as const;

/** Saves or deletes a segment. Repeating the same change does nothing. */
export function saved(catalogue: Catalogue, wanted: WantedSegment, nowMs: number): SaveResult {
  const before = catalogue.segments.get(wanted.key);
  const alive = before !== undefined && before.condition !== null;
  if (wanted.condition === null && before === undefined) return { kind: 'unknown' };
  if (before !== undefined && sameWish(before, wanted)) return { kind: 'unchanged', segment: before };
  const version = alive ? before.version : 0;
  if (wanted.basedOn !== null && wanted.basedOn !== version) return { kind: 'conflict', version };

  const others = [...catalogue.segments.values()].filter(({ key }) => key !== wanted.key);
  const conditions = [...others.map(({ condition }) => condition), wanted.condition].filter((one) => one !== null);
  if (conditions.length > CATALOGUE_LIMITS.segments && !alive) {
    return { kind: 'too-many-segments', limit: CATALOGUE_LIMITS.segments };
  }
  const needed = timesNeeded(conditions);
  if (wanted.condition !== null && needed > CATALOGUE_LIMITS.times) {
    return { kind: 'too-many-times', limit: CATALOGUE_LIMITS.times, needed };
  }
  const saved_at_ms = Math.max(
    nowMs,
    1 + Math.max(0, ...others.map((one) => one.saved_at_ms), before?.saved_at_ms ?? 0),
  );
  const segment: SavedSegment = {
    key: wanted.key,
    name: wanted.condition === null && before !== undefined ? before.name : wanted.name,
    condition: wanted.condition,
    version: (before?.version ?? 0) + 1,
    created_at_ms: alive ? before.created_at_ms : saved_at_ms,
    saved_at_ms,
  };
  const after = new Map<string, Definition>(catalogue.segments).set(segment.key, segment);
  return { kind: 'saved', segment, counting_since_ms: countingSince(after, catalogue.counting_since_ms, saved_at_ms) };
}

/** The time from which all events count that the segment asks for; null if it asks for none. */
export function countedFrom(segment: SavedSegment, counting_since_ms: ReadonlyMap<string, number>): number | null {
  return segment.condition === null ? null : eventsCountedFrom(segment.condition, counting_since_ms);
}

function sameWish(before: SavedSegment, wanted: WantedSegment): boolean {
  if (wanted.condition === null) return before.condition === null;
  if (before.condition === null || before.name !== wanted.name) return false;
  return JSON.stringify(before.condition) === JSON.stringify(wanted.condition);
}
