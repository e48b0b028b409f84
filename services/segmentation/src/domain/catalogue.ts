import { UTC } from '@hilo/behaviour';
import {
  circleOf,
  compileSegments,
  type Condition,
  isEnough,
  segmentsNamed,
  seriesIdsOf,
} from '@hilo/behaviour/version-2';
import { conditionsOf, type Counting, countingSince, eventsCountedFrom, generationsOf } from './definitions.ts';

/** All segments ever saved, as the service's own tables hold them. */
export interface Catalogue {
  readonly segments: ReadonlyMap<string, SavedSegment>;
  /** The series that definitions in force ask for. */
  readonly counting: Counting;
}

/** A segment as saved; `condition` null: deleted. */
export interface SavedSegment {
  readonly key: string;
  readonly name: string;
  readonly condition: Condition | null;
  /** The condition by which profiles are in it now, which differs while a backfill runs; null: none. */
  readonly inForce: Condition | null;
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
  | { readonly kind: 'saved'; readonly change: Change }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'conflict'; readonly version: number }
  | { readonly kind: 'too-many-segments'; readonly limit: number }
  | { readonly kind: 'too-many-series'; readonly limit: number; readonly needed: number }
  /** `keys`: from one segment to itself, each naming the next. */
  | { readonly kind: 'circle'; readonly keys: readonly string[] }
  /** Segments that the change would leave with a name of nothing. */
  | { readonly kind: 'in-use'; readonly by: readonly string[] }
  | { readonly kind: 'names-unknown'; readonly key: string };

/** A change of a segment, and what it does to the series. */
export interface Change {
  readonly segment: SavedSegment;
  readonly counting: Counting;
  /** Ids of the series whose past must be looked up before the condition is in force; null: it is in force at once. */
  readonly lacking: readonly string[] | null;
}

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
  if (conditionsOf(catalogue.segments).size >= CATALOGUE_LIMITS.segments && wanted.condition !== null && !alive) {
    return { kind: 'too-many-segments', limit: CATALOGUE_LIMITS.segments };
  }
  const unfit = unfitFor(wanted, catalogue);
  if (unfit !== null) return unfit;
  const lacking = lackingFor(wanted, catalogue);
  const needed = wanted.condition === null ? 0 : seriesWith(wanted, wanted.condition, catalogue);
  if (needed > CATALOGUE_LIMITS.series) return { kind: 'too-many-series', limit: CATALOGUE_LIMITS.series, needed };
  return { kind: 'saved', change: changeTo(wanted, lacking, catalogue, nowMs) };
}

/**
 * Lets a segment of an earlier release count all of the past, by another version with the same condition. Unchanged if it does
 * already, or will.
 */
export function savedWithPast(catalogue: Catalogue, key: string, nowMs: number): SaveResult {
  const segment = catalogue.segments.get(key);
  if (segment === undefined || segment.condition === null) return { kind: 'unknown' };
  const { name, condition } = segment;
  if (segment.inForce === null || !isSame(segment.inForce, condition)) return { kind: 'unchanged', segment };
  const lacking = seriesIdsOf(condition).filter((id) => !catalogue.counting.generations.has(id));
  if (lacking.length === 0) return { kind: 'unchanged', segment };
  return { kind: 'saved', change: changeTo({ key, name, condition }, lacking, catalogue, nowMs) };
}

/** Ends a backfill: an edited segment gets its condition in force back as a new version, a new one is deleted. */
export function cancelled(catalogue: Catalogue, key: string, nowMs: number): SaveResult {
  const segment = catalogue.segments.get(key);
  if (segment === undefined || segment.condition === null) return { kind: 'unknown' };
  const wanted = { key, name: segment.name, condition: segment.inForce, basedOn: null };
  const unfit = unfitFor(wanted, catalogue);
  return unfit ?? { kind: 'saved', change: changeTo(wanted, null, catalogue, nowMs) };
}

/** The series once a definition is in force with its past, which `generation` brought. */
export function countingWith(
  { segments, counting }: Catalogue,
  {
    key,
    series,
    generation,
  }: { readonly key: string; readonly series: readonly string[]; readonly generation: number },
  nowMs: number,
): Counting {
  const brought = new Map(counting.generations);
  for (const id of series) brought.set(id, generation);
  const inForce = inForceOf(segments);
  const condition = segments.get(key)?.condition ?? null;
  if (condition !== null) inForce.set(key, condition);
  return countingOf(inForce, { ...counting, generations: brought }, nowMs);
}

function changeTo(
  { key, name, condition }: Pick<WantedSegment, 'key' | 'name' | 'condition'>,
  lacking: readonly string[] | null,
  { segments, counting }: Catalogue,
  nowMs: number,
): Change {
  const before = segments.get(key);
  const alive = before !== undefined && before.condition !== null;
  const newestMs = Math.max(0, ...[...segments.values()].map((one) => one.saved_at_ms));
  const saved_at_ms = Math.max(nowMs, 1 + newestMs);
  const segment: SavedSegment = {
    key,
    name: condition === null && before !== undefined ? before.name : name,
    condition,
    inForce: lacking === null ? condition : (before?.inForce ?? null),
    version: (before?.version ?? 0) + 1,
    created_at_ms: alive ? before.created_at_ms : saved_at_ms,
    saved_at_ms,
  };
  const inForce = inForceOf(new Map(segments).set(key, segment));
  return { segment, lacking, counting: countingOf(inForce, counting, saved_at_ms) };
}

function countingOf(inForce: ReadonlyMap<string, Condition>, before: Counting, nowMs: number): Counting {
  const generations = generationsOf(inForce, before.generations);
  return { generations, counting_since_ms: countingSince(inForce, { ...before, generations }, nowMs) };
}

/**
 * The series whose past must be looked up first: those that no condition in force asks for, or that must keep more than they do. Null
 * if the condition can be in force at once.
 */
function lackingFor({ key, condition }: WantedSegment, { segments, counting }: Catalogue): readonly string[] | null {
  const before = segments.get(key);
  const inForce = inForceOf(segments);
  if (condition === null || (before?.inForce && isSame(before.inForce, condition))) return null;
  const kept = compileSegments(inForce, { zone: UTC }).series;
  const needed = compileSegments(new Map([[key, condition]]), { zone: UTC }).series;
  const lacking = [...needed.values()].filter(({ id, keeps }) => {
    const known = kept.get(id);
    return known === undefined || !counting.generations.has(id) || !isEnough(known.keeps, keeps);
  });
  if (lacking.length > 0) return lacking.map(({ id }) => id);
  return waitsForAnother(condition, segments) ? [] : null;
}

/** Whether a condition names a segment that is not in force yet, or one that does, however often: in force at once, it might complete a circle. */
function waitsForAnother(condition: Condition, segments: ReadonlyMap<string, SavedSegment>): boolean {
  const reached = new Set(segmentsNamed(condition));
  for (const key of reached) {
    const segment = segments.get(key);
    if (isPending(segment)) return true;
    for (const named of segment?.condition ? segmentsNamed(segment.condition) : []) reached.add(named);
  }
  return false;
}

function isPending(segment: SavedSegment | undefined): boolean {
  if (segment === undefined || segment.condition === null) return false;
  return segment.inForce === null || !isSame(segment.inForce, segment.condition);
}

function inForceOf(segments: ReadonlyMap<string, SavedSegment>): Map<string, Condition> {
  return new Map([...segments].flatMap(([key, { inForce }]) => (inForce === null ? [] : [[key, inForce] as const])));
}

/** How many series all conditions would ask for, those in force and those that are yet to be. */
function seriesWith({ key }: WantedSegment, condition: Condition, { segments }: Catalogue): number {
  const latest = new Map(conditionsOf(segments)).set(key, condition);
  return new Set([...latest.values(), ...inForceOf(segments).values()].flatMap((one) => seriesIdsOf(one))).size;
}

/** Why the conditions that would then be in force do not fit together; null: they do. */
function unfitFor(
  { key, condition }: WantedSegment,
  { segments }: Catalogue,
): Extract<SaveResult, { readonly kind: 'circle' | 'in-use' | 'names-unknown' }> | null {
  const after = new Map(conditionsOf(segments));
  if (condition === null) {
    after.delete(key);
    const users = [...after, ...inForceOf(segments)].filter(
      ([user, other]) => user !== key && segmentsNamed(other).includes(key),
    );
    const by = [...new Set(users.map(([user]) => user))];
    return by.length === 0 ? null : { kind: 'in-use', by };
  }
  after.set(key, condition);
  const unknown = segmentsNamed(condition).find((named) => !after.has(named));
  if (unknown !== undefined) return { kind: 'names-unknown', key: unknown };
  const keys = circleOf(after);
  return keys === null ? null : { kind: 'circle', keys };
}

/** The time from which all events count that the segment asks for; null if all of the past counts, or it asks for none. */
export function countedFrom({ inForce }: SavedSegment, counting: Counting): number | null {
  return inForce === null ? null : eventsCountedFrom(inForce, counting);
}

function sameWish(before: SavedSegment, wanted: WantedSegment): boolean {
  if (wanted.condition === null) return before.condition === null;
  if (before.condition === null || before.name !== wanted.name) return false;
  return isSame(before.condition, wanted.condition);
}

function isSame(one: Condition, other: Condition): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
