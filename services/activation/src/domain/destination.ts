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
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

/** Destinations by key, as of now. */
export type Destinations = ReadonlyMap<string, Destination>;

/** Why nothing is sent, or no longer, to a destination for a segment; null: it is sent. */
export type WithdrawReason = 'destination_deleted' | 'destination_disabled' | 'not_subscribed';

/** Whether a destination, which may no longer exist, wants the changes of a segment. */
export function withdrawReason(destination: Destination | undefined, segment: string): WithdrawReason | null {
  if (destination === undefined) return 'destination_deleted';
  if (!destination.enabled) return 'destination_disabled';
  const { segments } = destination;
  return segments === 'all' || segments.includes(segment) ? null : 'not_subscribed';
}
