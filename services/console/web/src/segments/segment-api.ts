import { type Api, type ListPage, pathOf } from '../api/api.ts';
import type { Condition } from './domain/condition.ts';

/** A segment as segmentation's API shows it. */
export interface Segment {
  readonly key: string;
  readonly name: string;
  readonly version: number;
  readonly condition: Condition;
  readonly members: number;
  readonly created_at: string;
  readonly updated_at: string;
  /** Conditions on events count what arrives from this moment on; null: it asks for no events. */
  readonly events_counted_from: string | null;
  /** False for a moment after a change, until the stream knows it. */
  readonly published: boolean;
}

/** A profile in a segment. */
export interface Member {
  readonly profile_id: string;
  readonly since: string;
}

/** What is saved. `version`: only over this version; 0: only if there is none. */
export interface SegmentInput {
  readonly name: string;
  readonly condition: Condition;
  readonly version: number;
}

const LIST = '/api/segmentation/v1/segments';
const SEGMENTS_PAGE = 50;
const MEMBERS_PAGE = 25;

/** A page of segments, by key. */
export function readSegments(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<Segment>> {
  return api.get(LIST, { limit: SEGMENTS_PAGE, cursor }, signal);
}

/** One segment. */
export function readSegment(api: Api, key: string, signal: AbortSignal): Promise<Segment> {
  return api.get(pathOf`/api/segmentation/v1/segments/${key}`, {}, signal);
}

/** A page of a segment's members, by profile id. */
export function readMembers(
  api: Api,
  key: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ListPage<Member>> {
  return api.get(pathOf`/api/segmentation/v1/segments/${key}/members`, { limit: MEMBERS_PAGE, cursor }, signal);
}

/** Makes or changes a segment. */
export function saveSegment(api: Api, key: string, input: SegmentInput): Promise<Segment> {
  return api.put(pathOf`/api/segmentation/v1/segments/${key}`, input);
}

/** Deletes a segment; everybody leaves it. */
export function deleteSegment(api: Api, key: string): Promise<void> {
  return api.delete(pathOf`/api/segmentation/v1/segments/${key}`);
}
