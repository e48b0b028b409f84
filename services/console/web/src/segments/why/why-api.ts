import type { Api as SegmentationApi } from '@hilo/segmentation/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage } from '../../api/api.ts';

/** Why a person is in a segment, or is not. */
export type Explanation = SchemaOf<SegmentationApi, 'Explanation'>;
/** How one condition stands. */
export type Explained = SchemaOf<SegmentationApi, 'ExplainedCondition'>;
/** What a condition looks at. */
export type Value = SchemaOf<SegmentationApi, 'ConditionValue'>;
/** One thing that would have to happen. */
export type Step = SchemaOf<SegmentationApi, 'ChangeStep'>;
/** Somebody entered or left. */
export type Change = SchemaOf<SegmentationApi, 'MembershipChange'>;

const CHANGES_PAGE = 25;
const CHANGES_OF_ONE = 10;

/** Why a person is in a segment, or is not. */
export function readExplanation(api: Api, key: string, profile_id: string, signal: AbortSignal): Promise<Explanation> {
  const input = { params: { key, profile_id } };
  return api.call('GET /api/segmentation/v1/segments/{key}/profiles/{profile_id}/explain', input, { signal });
}

/** A page of entries and exits of a segment, the newest first; of one person, or of all (null). */
export function readChanges(
  api: Api,
  key: string,
  profile_id: string | null,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ListPage<Change>> {
  if (profile_id === null) {
    const input = { params: { key }, query: { limit: CHANGES_PAGE, cursor } };
    return api.call('GET /api/segmentation/v1/segments/{key}/history', input, { signal });
  }
  const input = { params: { key, profile_id }, query: { limit: CHANGES_OF_ONE, cursor } };
  return api.call('GET /api/segmentation/v1/segments/{key}/profiles/{profile_id}/history', input, { signal });
}
