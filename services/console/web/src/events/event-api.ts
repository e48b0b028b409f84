import { type Api, pathOf } from '../api/api.ts';
import type { Overview } from '../live/overview.ts';

/** Stages that an event passes, in their order. */
export type WayStage = 'ingestion' | 'identity' | 'profile' | 'segmentation' | 'activation';

/** What the history knows of a stage's answer to an event. */
export type WayState =
  | 'not_seen'
  | 'accepted'
  | 'rejected'
  | 'duplicate'
  | 'identified'
  | 'changed'
  | 'ended'
  | 'none_so_far'
  | 'not_reached';

/** A stage on the way of an event. */
export interface StageOnTheWay {
  readonly stage: WayStage;
  readonly state: WayState;
  readonly count: number;
  readonly at: string | null;
}

/** An identifier of an event. */
export interface EventIdentifier {
  readonly type: string;
  readonly value: string;
}

/** A rejection of the event, or a repeat of it. */
export interface WayRejection {
  readonly rejection_id: string;
  readonly state: string;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly via: string;
  readonly received_at: string | null;
  readonly original: string | null;
  readonly original_encoding: string;
}

/** A trait that the event set. */
export interface WayTrait {
  readonly trait: string;
  readonly value: unknown;
  readonly previous: unknown;
  readonly decided_at: string | null;
}

/** A segment that the person entered or left by the event. */
export interface WaySegment {
  readonly segment: string;
  readonly status: 'entered' | 'exited';
  readonly reason: string;
  readonly version: number;
  /** True where it was decided while a partition that stood still was left out. */
  readonly unproven: boolean;
  readonly decided_at: string | null;
}

/** How a delivery ended. */
export interface WayDelivery {
  readonly delivery_id: string;
  readonly destination: string;
  readonly segment: string;
  readonly membership_status: 'entered' | 'exited';
  readonly status: 'delivered' | 'filtered' | 'failed';
  readonly reason: string;
  readonly attempts: number;
  readonly response_status: number | null;
  readonly ended_at: string | null;
}

/** The way of one event, as far as it has come. */
export interface MessageWay {
  readonly message_id: string;
  readonly source: string | null;
  readonly sources: readonly string[];
  readonly state: 'not_seen' | 'accepted' | 'rejected' | 'duplicate';
  readonly profile_id: string | null;
  readonly stages: readonly StageOnTheWay[];
  readonly event: {
    readonly type: string;
    readonly event: string | null;
    readonly name: string | null;
    readonly user_id: string | null;
    readonly anonymous_id: string | null;
    readonly via: string;
    readonly timestamp: string | null;
    readonly received_at: string | null;
    readonly linked: readonly EventIdentifier[];
    readonly set_aside: readonly EventIdentifier[];
    readonly properties: unknown;
    readonly traits: unknown;
    readonly context: unknown;
  } | null;
  readonly rejections: readonly WayRejection[];
  readonly merges: readonly { readonly absorbed: string; readonly survivor: string; readonly rule: string }[];
  readonly trait_changes: readonly WayTrait[];
  readonly membership_changes: readonly WaySegment[];
  readonly deliveries: readonly WayDelivery[];
  readonly is_cut: boolean;
}

/** An event as it goes by. */
export interface LiveEvent {
  readonly id: string;
  readonly kind: 'accepted' | 'rejected' | 'duplicate';
  readonly source: string;
  readonly message_id: string | null;
  readonly type: string | null;
  readonly event: string | null;
  readonly profile_id: string | null;
  readonly user_id: string | null;
  readonly reason: string | null;
  readonly timestamp: string | null;
  readonly received_at: string | null;
}

/** What the stream of events tells at once. */
export interface LiveUpdate {
  readonly items: readonly LiveEvent[];
  readonly passed: number;
  readonly left_out: number;
  readonly unread: number;
}

/** What of the stream to see; an empty text: anything. */
export interface LiveFilter {
  readonly source: string;
  readonly event: string;
  readonly profile: string;
}

/** The way of an event; without a source, of the one that was received last. */
export function readWay(api: Api, message_id: string, source: string | null, signal: AbortSignal): Promise<MessageWay> {
  return api.get(pathOf`/api/history/v1/messages/${message_id}`, { source }, signal);
}

/** How many records wait for each stage; null: not known. */
export async function readLags(api: Api, signal: AbortSignal): Promise<ReadonlyMap<string, number | null>> {
  const { stages } = await api.get<Overview>('/api/overview', {}, signal);
  return new Map(stages.map(({ stage, lag_records }) => [stage, lag_records]));
}

/** Address of the stream of events. */
export function liveAddress(filter: LiveFilter): string {
  const given = Object.entries(filter).filter(([, text]: [string, string]) => text !== '');
  return `/api/history/v1/events/live?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
}

/** Address of the page that follows an event. */
export function eventPath(message_id: string, source: string | null): string {
  const path = pathOf`/events/${message_id}`;
  return source === null || source === '' ? path : `${path}?${new URLSearchParams({ source }).toString()}`;
}
