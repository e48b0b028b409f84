import type { ProfileEvent } from '../model.ts';
import type { CompiledSegments } from './compile.ts';
import { isEmpty, type Series, trimmed, union, withEvent } from './series.ts';
import type { CompiledSeries } from './series-registry.ts';

/** Series of a profile by their ids. */
export type SeriesById = ReadonlyMap<string, Series>;

/** The series that take an event. Throws `SyntaxError` if they need its properties and these are not JSON. */
export function takenBy(event: ProfileEvent, compiled: Pick<CompiledSegments, 'matching'>): readonly CompiledSeries[] {
  const asked = compiled.matching(event);
  if (asked.every(({ passes }) => passes === null)) return asked;
  return asked.filter(({ passes }) => passes === null || passes(event.properties));
}

/** The profile's series after an event that some of them take; the same object if it changes none. */
export function seriesWith(
  series: SeriesById,
  event: ProfileEvent,
  taken: readonly CompiledSeries[],
  nowMs: number,
): SeriesById {
  let after: Map<string, Series> | null = null;
  for (const kind of taken) {
    const before = series.get(kind.id);
    const changed = withEvent(before, kind, event, nowMs);
    if (changed === undefined || changed === before) continue;
    after ??= new Map(series);
    after.set(kind.id, changed);
  }
  return after ?? series;
}

/** What both profiles counted. Commutative and associative. */
export function mergedSeries(one: SeriesById, other: SeriesById): SeriesById {
  if (other.size === 0) return one;
  const merged = new Map(one);
  for (const [id, series] of other) {
    const own = merged.get(id);
    merged.set(id, own === undefined ? series : union(own, series));
  }
  return merged;
}

/**
 * The series without what no condition asks for, and no window contains any longer; the same object if all is needed.
 * Keeps series that began after `newestSinceMs`, when the newest definition was saved: merges bring such series from
 * partitions that know a newer one.
 */
export function trimmedSeries(
  series: SeriesById,
  compiled: Pick<CompiledSegments, 'series'>,
  nowMs: number,
  newestSinceMs: number,
): SeriesById {
  let after: Map<string, Series> | null = null;
  for (const [id, one] of series) {
    if (one.since_ms > newestSinceMs) continue;
    const kind = compiled.series.get(id);
    const kept = kind?.since_ms === one.since_ms ? trimmed(one, kind, nowMs) : null;
    if (kept === one) continue;
    after ??= new Map(series);
    if (kept === null || isEmpty(kept)) after.delete(id);
    else after.set(id, kept);
  }
  return after ?? series;
}
