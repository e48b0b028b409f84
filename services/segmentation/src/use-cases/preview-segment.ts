import type { PreviewFound, PreviewQuestion, Previews, SegmentStore } from '../ports.ts';

/** Segments that a preview compares with: the largest. */
const COMPARED = 20;

/** More than there can be. */
const ALL_SEGMENTS = 10_000;

/** A condition to be tried out; `replaced`: the key of the segment that it is to change, or null. */
interface PreviewWanted extends Pick<PreviewQuestion, 'condition' | 'asOfMs' | 'person'> {
  readonly replaced: string | null;
}

/** Whom a condition would hold for, beside the segments that there are. Throws a problem if there is no answer. */
export async function previewSegment(
  { replaced, ...draft }: PreviewWanted,
  store: Pick<SegmentStore, 'list'>,
  previews: Previews,
  signal: AbortSignal,
): Promise<PreviewFound> {
  const segments = await store.list(null, ALL_SEGMENTS);
  const largest = segments.toSorted((a, b) => b.members - a.members).slice(0, COMPARED);
  return previews.preview(
    {
      ...draft,
      segments: new Map(segments.map(({ key, condition }) => [key, condition])),
      compared: [...new Set([...(replaced === null ? [] : [replaced]), ...largest.map(({ key }) => key)])],
    },
    signal,
  );
}
