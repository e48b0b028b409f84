import { withoutSecrets } from './secrets.ts';

/** A change that is about to be made through a service's API. */
export interface BegunChange {
  /** Unique. The console assigns its own ids, so that it recognises its changes. */
  readonly id: string;
  readonly begun_ms: number;
  /** Who asked: the person for whom a service calls, else that service, or the admin token. */
  readonly who: string;
  /** That person's, if the service names it; else the caller's. */
  readonly address: string | null;
  readonly method: string;
  /** Path without the query and the first slash, e.g. `v1/segments/vip`. */
  readonly target: string;
  /** The value before, without secrets; null if there was none, or if the change is a call. */
  readonly before: unknown;
}

/** A change that has ended. */
export interface RecordedChange extends BegunChange {
  /** The value after, or a call's answer, without secrets; null if there is none. */
  readonly after: unknown;
  /** Grows with each change that ends. */
  readonly position: number;
}

/** Requests that a service refused for the same reason within a minute, from one address. */
export interface RefusedRequests {
  readonly id: string;
  /** Of the first one. */
  readonly begun_ms: number;
  /** Of the caller; null if there were several. */
  readonly address: string | null;
  readonly method: string;
  /** Pattern of the route without the first slash, e.g. `v1/segments/:key`, or `several`. */
  readonly target: string;
  /** Code of the answer. */
  readonly reason: string;
  readonly count: number;
}

/** A change that has ended, or requests that were refused. */
export interface LoggedChange extends RecordedChange {
  /** Null: a change. */
  readonly reason: string | null;
  /** More than 1 only for refused requests. */
  readonly count: number;
}

/** Who sent a request that was refused: it is not known, and what such a caller sends is not stored. */
export const UNKNOWN_CALLER = 'unknown caller';

/** Changes and refusals after a position. */
export interface ChangeList {
  readonly items: readonly LoggedChange[];
  /** The highest position; 0 if nothing was ever recorded. */
  readonly last: number;
}

/** Stores the changes that were made through a service's API, and the requests that it refused. */
export interface ChangeLog {
  /** Records a change before the service makes it. If it rejects, the service must not make the change. */
  begin(change: BegunChange): Promise<'begun' | 'id_taken'>;
  /** The service made the change, or may have made it. */
  end(id: string, after: unknown): Promise<void>;
  /** The service refused the change: nothing happened. */
  drop(id: string): Promise<void>;
  /** Records requests that the service refused. */
  refused(requests: RefusedRequests): Promise<void>;
  /**
   * Changes and refusals after a position, in the order in which they ended. Includes changes whose end was not reported within
   * minutes.
   */
  list(after: number, limit: number): Promise<ChangeList>;
}

/** After this time, a change without a reported end counts as ended: its process has died. */
export const CHANGE_LOST_AFTER_MS = 300_000;

/** How long changes are stored. The console reads them every few seconds. */
export const CHANGES_KEPT_MS = 30 * 86_400_000;

/** Stands in for the end of a change if it is not known. */
export const END_UNKNOWN = { left_out: 'the service stopped before it reported whether the change was made' };

/** Characters of `before` and of `after` to store. */
const KEPT_CHARACTERS = 65_536;

/** A value as the log stores it: without secrets, of bounded size. */
export function keptValue(value: unknown): unknown {
  const shown = withoutSecrets(value) ?? null;
  const { length } = JSON.stringify(shown);
  return length <= KEPT_CHARACTERS ? shown : { left_out: `${length} characters` };
}
