import type { Condition } from '@hilo/behaviour/version-2/language';
import type { Api as SegmentationApi } from '@hilo/segmentation/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage } from '../api/api.ts';

/** A segment as segmentation's API shows it. */
export type Segment = Omit<SchemaOf<SegmentationApi, 'Segment'>, 'condition'> & { readonly condition: Condition };

/** A profile in a segment. */
export type Member = SchemaOf<SegmentationApi, 'Member'>;

/** How far the past of a segment is looked up. */
export type Backfill = SchemaOf<SegmentationApi, 'Backfill'>;

/** What is saved; `version` is the one that was changed, 0 for a new segment. */
export type SegmentInput = Required<Omit<SchemaOf<SegmentationApi, 'SegmentDraft'>, 'condition'>> &
  Pick<Segment, 'condition'>;

const SEGMENTS_PAGE = 50;
const MEMBERS_PAGE = 25;

/** A page of segments, by key. */
export function readSegments(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<Segment>> {
  const input = { query: { limit: SEGMENTS_PAGE, cursor } };
  return api.call('GET /api/segmentation/v1/segments', input, { signal }) as Promise<ListPage<Segment>>;
}

/** One segment. */
export function readSegment(api: Api, key: string, signal: AbortSignal): Promise<Segment> {
  return api.call('GET /api/segmentation/v1/segments/{key}', { params: { key } }, { signal }) as Promise<Segment>;
}

/** A page of a segment's members, by profile id. */
export function readMembers(
  api: Api,
  key: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ListPage<Member>> {
  const input = { params: { key }, query: { limit: MEMBERS_PAGE, cursor } };
  return api.call('GET /api/segmentation/v1/segments/{key}/members', input, { signal });
}

/** Makes or changes a segment. */
export function saveSegment(api: Api, key: string, input: SegmentInput): Promise<Segment> {
  return api.call('PUT /api/segmentation/v1/segments/{key}', { params: { key }, body: input }) as Promise<Segment>;
}

/** Deletes a segment; everybody leaves it. */
export function deleteSegment(api: Api, key: string): Promise<void> {
  return api.call('DELETE /api/segmentation/v1/segments/{key}', { params: { key } });
}

/** How far the past of a segment is looked up. */
export function readBackfill(api: Api, key: string, signal: AbortSignal): Promise<Backfill> {
  return api.call('GET /api/segmentation/v1/segments/{key}/backfill', { params: { key } }, { signal });
}

/** Lets a segment that an earlier release saved count all of the past. */
export function includePast(api: Api, key: string): Promise<Backfill> {
  return api.call('POST /api/segmentation/v1/segments/{key}/backfill', { params: { key } });
}
