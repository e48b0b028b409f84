import { readSeries, trimmed, union, type WrittenSeries } from '@hilo/behaviour/version-2';
import type { SegmentPast } from '@hilo/schemas';
import type { Compiled } from './compile.ts';
import type { ProfileState } from './profile-state.ts';

/**
 * The state with a part of the profile's past, or of the past of a profile that it absorbed. The same object if no definition asks
 * for it any longer, and for a part that it has already.
 */
export function foldPast(state: ProfileState, record: SegmentPast, nowMs: number, compiled: Compiled): ProfileState {
  const { generation, profile_id, part } = record;
  const name = nameOfPart(profile_id, part);
  const known = state.pasts.get(generation) ?? [];
  if (known.includes(name)) return state;
  const series = new Map(state.series);
  for (const { id, content } of record.series) {
    const kind = compiled.series.get(id);
    if (kind === undefined) continue;
    const past = readSeries(JSON.parse(content) as WrittenSeries);
    const own = series.get(id);
    series.set(id, trimmed(own === undefined ? past : union(own, past), kind, nowMs));
  }
  if (!record.series.some(({ id }) => compiled.series.has(id))) return state;
  return { ...state, series, pasts: new Map(state.pasts).set(generation, [...known, name].sort()) };
}

function nameOfPart(profile_id: string, part: number): string {
  return part === 0 ? profile_id : `${profile_id} ${part}`;
}
