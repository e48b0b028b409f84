/** The overview as `/v1/live` sends it; the console's openapi.json describes each field. */
export interface Overview {
  readonly at: string;
  readonly services: readonly Service[];
  readonly stages: readonly Stage[];
  readonly segments: readonly Segment[] | null;
  readonly webhook: {
    readonly received: number;
    readonly repeats: number;
    readonly refused: number;
    readonly latest: readonly Call[];
  };
}

/** A service and how its instances are. */
export interface Service {
  readonly service: string;
  readonly instances: readonly { readonly instance: string; readonly state: 'ready' | 'starting' | 'down' }[];
}

/** A stage of the stream. */
export interface Stage {
  readonly stage: string;
  readonly records_per_s: number | null;
  readonly outputs_per_s: number | null;
  readonly lag_records: number | null;
  readonly dead_letters: number;
}

/** A segment and its size. */
export interface Segment {
  readonly segment: string;
  readonly name: string;
  readonly members: number;
}

/** A membership change that reached the console's webhook. */
export interface Call {
  readonly segment: string;
  readonly status: string;
  readonly reason: string;
  readonly profile_id: string;
  readonly received_at: string;
  readonly after_ms: number;
}

/** Reads one event of the stream; page and console are served by one process, so the shape is the console's own. */
export function parseOverview(json: string): Overview {
  return JSON.parse(json) as Overview;
}
