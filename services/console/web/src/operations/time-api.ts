import { type Api, pathOf } from '../api/api.ts';

/** A partition of a stage before segmentation, as far as people wait for it. */
export interface Origin {
  readonly stage: string;
  readonly partition: number;
  /** Null: it never said anything. */
  readonly behind_s: number | null;
  /** True while it is left out until it moves. */
  readonly released: boolean;
}

/** Whom and what exits by time wait for. */
export interface WaitingExits {
  readonly people: number;
  /** True where there are more than were counted. */
  readonly more: boolean;
  /** When the first of them was due; null: nobody waits. */
  readonly since: string | null;
  readonly origins: readonly Origin[];
}

/** Reads whom and what exits by time wait for. */
export function readWaitingExits(api: Api, signal: AbortSignal): Promise<WaitingExits> {
  return api.get<WaitingExits>('/api/segmentation/v1/time', {}, signal);
}

/** Leaves an origin out until it moves; answers how it is then. */
export function releaseOrigin(api: Api, { stage, partition }: Origin): Promise<Origin> {
  return api.post<Origin>(pathOf`/api/segmentation/v1/time/origins/${stage}/${String(partition)}/release`, {});
}

/** The list with an origin as it is now. */
export function withOrigin(exits: WaitingExits, now: Origin): WaitingExits {
  const isSame = ({ stage, partition }: Origin) => stage === now.stage && partition === now.partition;
  return { ...exits, origins: exits.origins.map((origin) => (isSame(origin) ? now : origin)) };
}

/** How long the first has waited, in seconds. */
export function waitedSeconds({ since }: Pick<WaitingExits, 'since'>, now_ms: number): number {
  return since === null ? 0 : Math.max(0, (now_ms - Date.parse(since)) / 1_000);
}
