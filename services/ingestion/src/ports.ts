import type { EventRejected } from '@hilo/schemas';
import type { KeptRejection } from './domain/replay-event.ts';
import type { Source } from './domain/source.ts';
import type { StaticList } from './domain/static-list.ts';

/** A record for `events.received`, encoded. */
export interface LogRecord {
  readonly key: string | null;
  readonly value: Buffer;
  /** The trace that the event continues; absent for an event that is not traced. */
  readonly traceparent?: string;
}

/** Reserved room in the log for records that are still to be made. */
export interface Claim {
  readonly records: number;
  readonly bytes: number;
}

/** The log that the ingest endpoint writes to. */
export interface EventLog {
  /** True while the queue is full; append nothing more now. */
  full(): boolean;
  /**
   * Reserves room for records before they are made, so that all requests together stay bounded, also while they are
   * being read. Null if there is no room now. A reservation ends with `append` or `release`.
   */
  claim(records: number, bytes: number): Claim | null;
  /** Gives up a reservation of which nothing will be appended. */
  release(claim: Claim): void;
  /**
   * Resolves when the log has all of the records durably (acknowledged by every in-sync replica). Rejects with
   * `LogUnavailableError` if that is not known in time: some may be there; and with `RecordTooLargeError` if the log cannot
   * take one of them.
   */
  append(records: readonly LogRecord[], claim?: Claim): Promise<void>;
}

/** The log has no room left for the request. */
export class LogFullError extends Error {
  override readonly name = 'LogFullError';
}

/** The log accepts no record of that size. The other records of the same call may be there. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';
}

/** The log did not acknowledge in time. */
export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError';
}

/** The sources could not be read. */
export class SourcesUnavailableError extends Error {
  override readonly name = 'SourcesUnavailableError';
}

/** The sources, as stored. */
export interface SourceStore {
  all(): Promise<readonly Source[]>;
  find(keys: readonly string[]): Promise<readonly Source[]>;
  findByWriteKey(write_key: string): Promise<Source | undefined>;
  /** Creates or replaces a source. Returns `write_key_taken` if another source has its write key. */
  put(source: Source): Promise<'stored' | 'write_key_taken'>;
}

/** The static lists, as stored. */
export interface ListStore {
  /** By key. */
  all(): Promise<readonly StaticList[]>;
  find(key: string): Promise<StaticList | null>;
  /** Creates a list, or gives it another name. */
  put(key: string, name: string, nowMs: number): Promise<StaticList | 'limit_reached'>;
}

/** Where the stage's sources come from: `known` is a cache, `find` looks up missing keys. */
export interface SourceLookup {
  known(): ReadonlyMap<string, Source>;
  find(keys: readonly string[]): Promise<readonly Source[]>;
}

/** A recent rejection. `original` may be cut. */
export interface Rejection extends Omit<EventRejected, 'state' | 'request_position' | 'sent_at'> {
  /** Length of the original bytes; null if unknown. */
  readonly original_bytes: number | null;
  /** When a replay of it was accepted. */
  readonly replayed_at_ms: number | null;
}

/** Which rejections to list; null: any. */
export interface RejectionFilter {
  readonly reason: string | null;
  readonly source: string | null;
}

/** How often a reason occurs in the stored rejections. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
  /** When it last occurred. */
  readonly latest_ms: number;
}

/** The recent rejections. */
export interface RejectionStore {
  /** Newest first; `after` is the time and id of the last one of the previous page. */
  list(
    filter: RejectionFilter,
    limit: number,
    after: { readonly receivedMs: number; readonly id: string } | null,
  ): Promise<readonly Rejection[]>;
  /** The reasons, most frequent first. */
  reasons(): Promise<readonly ReasonCount[]>;
  /** The stored ones of these ids, for a replay. */
  find(ids: readonly string[]): Promise<readonly KeptRejection[]>;
  /** Records that replays were accepted. */
  markReplayed(ids: readonly string[], at_ms: number): Promise<void>;
}

/** The messages accepted in the last days. */
export interface SeenMessages {
  /** The accepted ones of these digests. */
  among(digests: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Counts what the ingest endpoint does, for Prometheus. */
export interface IngestEndpointMetrics {
  events(outcome: 'taken' | 'faulty', count: number): void;
  refused(
    reason:
      | 'unknown_key'
      | 'source_disabled'
      | 'overloaded'
      | 'log_away'
      | 'sources_away'
      | 'unreadable'
      | 'record_too_large',
  ): void;
}

/** Injection tokens of the module. */
export const TOKENS = {
  endpoint: Symbol('IngestEndpoint'),
  sourceOf: Symbol('Source of a write key'),
  sources: Symbol('SourceStore'),
  knownSources: Symbol('Sources by key, as far as they are in memory'),
  sourceStored: Symbol('Called when a source was stored'),
  rejections: Symbol('RejectionStore'),
  lists: Symbol('ListStore'),
  sendListEntries: Symbol('Sends entries of static lists'),
  identifiersInUrls: Symbol('Whether the pixel is served'),
  replay: Symbol('Replay of rejected events'),
} as const;
