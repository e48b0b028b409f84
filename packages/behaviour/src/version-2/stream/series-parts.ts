import { type Detail, emptySeries, type Series } from './series.ts';

/** About what an event takes of which only the time is kept. */
const TIME_BYTES = 10;

/** The series as parts of at most about so many bytes; their union is the series. */
export function seriesInParts(series: Series, bytes: number): readonly Series[] {
  const parts: Series[] = [];
  let from = 0;
  let size = 0;
  series.timesMs.forEach((_, index) => {
    const own = detailBytes(series.details[index]);
    if (index > from && size + own > bytes) {
      parts.push(partOf(series, from, index));
      from = index;
      size = 0;
    }
    size += own;
  });
  return [...parts, partOf(series, from, series.timesMs.length)];
}

function detailBytes(detail: Detail | undefined): number {
  return detail === undefined ? TIME_BYTES : JSON.stringify(detail).length;
}

/** Entries of the series; with the first one goes what it keeps beside them. */
function partOf(series: Series, from: number, to: number): Series {
  const entries = { timesMs: series.timesMs.slice(from, to), details: series.details.slice(from, to) };
  return { ...(from === 0 ? series : emptySeries(series.since_ms)), ...entries };
}
