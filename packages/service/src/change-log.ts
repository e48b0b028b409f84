import { withoutSecrets } from './secrets.ts';

/** A change that is about to be made through a service's API. */
export interface BegunChange {
  /** Each id once: a console gives its own, so that it knows the change again. */
  readonly id: string;
  readonly begun_ms: number;
  /** Who asked: a person that the console names, else the admin token and the address it was used from. */
  readonly who: string;
  readonly method: string;
  /** Path without the query and the first slash, e.g. `v1/segments/vip`. */
  readonly target: string;
  /** What was there, without secrets; null: nothing, or a call. */
  readonly before: unknown;
}

/** A change that has ended. */
export interface RecordedChange extends BegunChange {
  /** What is there now, or what a call answered, without secrets; null: nothing. */
  readonly after: unknown;
  /** Grows with each change that ends. */
  readonly position: number;
}

/** Changes after a position. */
export interface ChangeList {
  readonly items: readonly RecordedChange[];
  /** The highest position there is; 0: no change was ever recorded. */
  readonly last: number;
}

/** Keeps what was changed through a service's API. */
export interface ChangeLog {
  /** Writes a change down before it is made. Rejects where that is impossible: then the change must not be made. */
  begin(change: BegunChange): Promise<'begun' | 'id_taken'>;
  /** The change was made, or may have been. */
  end(id: string, after: unknown): Promise<void>;
  /** The change was refused: nothing has happened. */
  drop(id: string): Promise<void>;
  /** Changes after a position, in the order in which they ended; those whose end nobody told within minutes are among them. */
  list(after: number, limit: number): Promise<ChangeList>;
}

/** Time after which a change counts as ended although nobody said so: the process that made it has ended before. */
export const CHANGE_LOST_AFTER_MS = 300_000;

/** How long changes are kept. The console reads them every few seconds. */
export const CHANGES_KEPT_MS = 30 * 86_400_000;

/** What stands where the end of a change is not known. */
export const END_UNKNOWN = { left_out: 'the service stopped before it said whether the change was made' };

/** Characters of `before` and of `after` that are kept. */
const KEPT_CHARACTERS = 65_536;

/** A value as the log keeps it: without secrets, of bounded size. */
export function keptValue(value: unknown): unknown {
  const shown = withoutSecrets(value) ?? null;
  const { length } = JSON.stringify(shown);
  return length <= KEPT_CHARACTERS ? shown : { left_out: `${length} characters` };
}
