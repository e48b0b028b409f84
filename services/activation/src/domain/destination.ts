import type { MembershipChanged } from '@hilo/schemas';

/** A value of a setting. */
export type Setting = string | number | boolean | readonly string[];

/** A destination's settings by field, secrets among them. Its type says which fields there are. */
export type Settings = Readonly<Record<string, Setting>>;

/** Where deliveries go. */
export interface Destination {
  /** Lower-case letters, digits, `-` and `_`. */
  readonly key: string;
  /** What people call it; its key by default. */
  readonly name: string;
  /** Key of its type, which is in `destinations/registry.ts`, or in that of another release. */
  readonly type: string;
  readonly settings: Settings;
  readonly segments: readonly string[] | 'all';
  readonly enabled: boolean;
  /** Whether it also wants the changes that a definition caused, not an event. */
  readonly backfilled: boolean;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

/** Destinations by key, as of now. */
export type Destinations = ReadonlyMap<string, Destination>;

/** Why a change is not sent, or no longer, to a destination; null: it is sent. */
export type WithdrawReason = 'destination_deleted' | 'destination_disabled' | 'not_subscribed';

/** Whether a destination, which may no longer exist, wants a change. */
export function withdrawReason(
  destination: Destination | undefined,
  { segment, backfilled }: Pick<MembershipChanged, 'segment' | 'backfilled'>,
): WithdrawReason | null {
  if (destination === undefined) return 'destination_deleted';
  if (!destination.enabled) return 'destination_disabled';
  if (backfilled && !destination.backfilled) return 'not_subscribed';
  const { segments } = destination;
  return segments === 'all' || segments.includes(segment) ? null : 'not_subscribed';
}
