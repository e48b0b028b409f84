import { circleOf, type Condition, segmentsNamed } from '@hilo/behaviour/version-2';
import { conditionsOf, countingSince, type Definition, eventsCountedFrom } from './definitions.ts';

/** All segments ever saved, as the service's own tables hold them. */
export interface Catalogue {
  readonly segments: ReadonlyMap<string, SavedSegment>;
  /** Series that live definitions ask for, and since when each counts. */
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
  | { readonly kind: 'too-many-series'; readonly limit: number; readonly needed: number }
  /** `keys`: from one segment to itself, each naming the next. */
  | { readonly kind: 'circle'; readonly keys: readonly string[] }
  /** Segments that the change would leave with a name of nothing. */
  | { readonly kind: 'in-use'; readonly by: readonly string[] }
  | { readonly kind: 'names-unknown'; readonly key: string };

/** Limits for all definitions together: each profile holds at most that much. */
export const CATALOGUE_LIMITS = {
  segments: 1_000,
  /** Different kinds of events that one profile may have to remember, each up to `LIMITS.eventsKept` events. */
  series: 5_000,
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
  const after = new Map<string, Pick<Definition, 'condition'>>(catalogue.segments).set(wanted.key, wanted);
  const unfit = unfitFor(wanted, conditionsOf(after));
  if (unfit !== null) return unfit;
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
  const counting_since_ms = countingSince(after, catalogue.counting_since_ms, saved_at_ms);
  if (wanted.condition !== null && counting_since_ms.size > CATALOGUE_LIMITS.series) {
    return { kind: 'too-many-series', limit: CATALOGUE_LIMITS.series, needed: counting_since_ms.size };
  }
  return { kind: 'saved', segment, counting_since_ms };
}

/** Why the conditions that would then be in force do not fit together; null: they do. */
function unfitFor(
  { key, condition }: WantedSegment,
  after: ReadonlyMap<string, Condition>,
): Extract<SaveResult, { readonly kind: 'circle' | 'in-use' | 'names-unknown' }> | null {
  if (condition === null) {
    const by = [...after].filter(([, other]) => segmentsNamed(other).includes(key)).map(([user]) => user);
    return by.length === 0 ? null : { kind: 'in-use', by };
  }
  const unknown = segmentsNamed(condition).find((named) => !after.has(named));
  if (unknown !== undefined) return { kind: 'names-unknown', key: unknown };
  const keys = circleOf(after);
  return keys === null ? null : { kind: 'circle', keys };
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
