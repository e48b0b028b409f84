/** How everything is, as `/api/live` sends it every second; the console's openapi.json describes each field. */
export interface Overview {
  readonly at: string;
  readonly services: readonly ServiceState[];
  readonly stages: readonly StageState[];
  /** Null while segmentation does not answer. */
  readonly segments: readonly SegmentSize[] | null;
  /** Calls to the console's own webhook since it started; the newest first. */
  readonly webhook: {
    readonly received: number;
    readonly repeats: number;
    readonly refused: number;
    readonly latest: readonly WebhookCall[];
  };
}

/** How an instance of a service is. */
export type InstanceState = 'ready' | 'starting' | 'down';

/** A service and how its instances are. */
export interface ServiceState {
  readonly service: string;
  readonly instances: readonly { readonly instance: string; readonly state: InstanceState }[];
}

/** What can go wrong at a stage. */
export type StageError = 'dead_letters' | 'retries' | 'rejected' | 'failed' | 'http';

/** A stage of the stream, all of its instances together. Null: not known (yet). */
export interface StageState {
  readonly stage: string;
  readonly records_per_s: number | null;
  readonly outputs_per_s: number | null;
  readonly lag_records: number | null;
  readonly dead_letters: number;
  /** From the receipt of an event to the stage's commit, over the last minute. */
  readonly latency_p50_s: number | null;
  readonly latency_p99_s: number | null;
  /** What went wrong in the last minute. */
  readonly errors: readonly { readonly what: StageError; readonly count: number }[] | null;
}

/** A segment and its size. */
export interface SegmentSize {
  readonly segment: string;
  readonly name: string;
  readonly members: number;
}

/** A membership change that reached the console's webhook. */
export interface WebhookCall {
  readonly segment: string;
  readonly status: string;
  readonly reason: string;
  readonly profile_id: string;
  readonly received_at: string;
  readonly after_ms: number;
}
