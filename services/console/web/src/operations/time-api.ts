import type { Api as SegmentationApi } from '@hilo/segmentation/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api } from '../api/api.ts';

/** A partition of a stage before segmentation, as far as people wait for it. */
export type Origin = SchemaOf<SegmentationApi, 'Origin'>;

/** Whom and what exits by time wait for. */
export type WaitingExits = SchemaOf<SegmentationApi, 'WaitingExits'>;

/** Reads whom and what exits by time wait for. */
export function readWaitingExits(api: Api, signal: AbortSignal): Promise<WaitingExits> {
  return api.call('GET /api/segmentation/v1/time', {}, { signal });
}

/** Leaves an origin out until it moves; answers how it is then. */
export function releaseOrigin(api: Api, { stage, partition }: Origin): Promise<Origin> {
  return api.call('POST /api/segmentation/v1/time/origins/{stage}/{partition}/release', {
    params: { stage, partition },
  });
}

/** The list with an origin as it is now. */
export function withOrigin(exits: WaitingExits, now: Origin): WaitingExits {
  const isSame = ({ stage, partition }: Origin) => stage === now.stage && partition === now.partition;
  return { ...exits, origins: exits.origins.map((origin) => (isSame(origin) ? now : origin)) };
}

/** How long the first has waited, in seconds. */
export function waitedSeconds({ since }: Pick<WaitingExits, 'since'>, nowMs: number): number {
  return since === null ? 0 : Math.max(0, (nowMs - Date.parse(since)) / 1_000);
}
