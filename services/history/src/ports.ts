/** An event of a profile, as the timeline shows it. */
export interface TimelineEvent {
  readonly message_id: string;
  readonly type: string;
  readonly event: string | null;
  readonly name: string | null;
  readonly source: string;
  readonly user_id: string | null;
  readonly anonymous_id: string | null;
  readonly timestamp_ms: number;
  readonly received_at_ms: number;
  /** JSON texts as they came; empty where there was none. */
  readonly properties: string;
  readonly traits: string;
  readonly context: string;
  /** The profile that the event was recorded for; another than the surviving one after a merge. */
  readonly recorded_profile_id: string;
}

/** Position in a timeline, newest first. */
export interface TimelinePosition {
  readonly timestamp_ms: number;
  readonly message_id: string;
  readonly source: string;
}

/** A page of a profile's timeline: one event more than asked for where there are more. */
export interface Timeline {
  /** The surviving profile of the id asked for. */
  readonly profile_id: string;
  readonly events: readonly TimelineEvent[];
}

/** How many there are of something, by what tells them apart. */
export type Count<By extends string> = Readonly<Record<By, string>> & { readonly count: number };

/** Everything counted, for the console and for accounting. */
export interface Counts {
  readonly events: readonly Count<'source' | 'type'>[];
  readonly rejected: readonly Count<'source' | 'state' | 'reason'>[];
  readonly memberships: readonly Count<'segment' | 'status'>[];
  readonly deliveries: readonly Count<'destination' | 'status' | 'reason'>[];
  readonly profiles: number;
  readonly merges: number;
}

/** Reads the history. Methods throw a problem (503) while ClickHouse is away. */
export interface HistoryReader {
  timeline(profile_id: string, limit: number, after: TimelinePosition | null): Promise<Timeline>;
  counts(): Promise<Counts>;
  close(): Promise<void>;
}

/** Tokens of what the module provides. */
export const TOKENS = { reader: Symbol('HistoryReader') } as const;
