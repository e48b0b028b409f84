import type { EventRejected } from '@hilo/schemas';
import type { KeptRejection } from './domain/replay-event.ts';
import type { Source } from './domain/source.ts';

/** A record for `events.received`, encoded. */
export interface LogRecord {
  readonly key: string | null;
  readonly value: Buffer;
  /** Where the trace of the event goes on; absent for an event that is not traced. */
  readonly traceparent?: string;
}

/** Room in the log for records that are still to be made. */
export interface Claim {
  readonly records: number;
  readonly bytes: number;
}

/** The log that the door writes to. */
export interface EventLog {
  /** True while as much waits to be written as may; nothing more should be appended now. */
  full(): boolean;
  /**
   * Counts records before they are made: what all requests together take stays bounded, also while they are being read.
   * Null where there is no room now. A claim ends with `append` or `release`.
   */
  claim(records: number, bytes: number): Claim | null;
  /** Gives up a claim of which nothing will be appended. */
  release(claim: Claim): void;
  /**
   * Resolves when the log has all of the records for good (acknowledged by every in-sync replica). Rejects with
   * `LogAwayError` when that is not known in time: some may be there; and with `RecordTooLargeError` where the log can't
   * take one of them.
   */
  append(records: readonly LogRecord[], claim?: Claim): Promise<void>;
}

/** No room is left in the log for what a request would take. */
export class LogFullError extends Error {
  override readonly name = 'LogFullError';
}

/** The log takes no record of that size. The other records of the same call may be there. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';
}

/** The log did not acknowledge in time. */
export class LogAwayError extends Error {
  override readonly name = 'LogAwayError';
}

/** The sources could not be asked. */
export class SourcesAwayError extends Error {
  override readonly name = 'SourcesAwayError';
}

/** The sources, as stored. */
export interface SourceStore {
  all(): Promise<readonly Source[]>;
  find(keys: readonly string[]): Promise<readonly Source[]>;
  findByWriteKey(write_key: string): Promise<Source | undefined>;
  /** Creates or replaces a source. Answers `write_key_taken` when another source has its write key. */
  put(source: Source): Promise<'stored' | 'write_key_taken'>;
}

/** Where the stage's sources come from: `known` is a copy in memory, `find` asks for keys it lacks. */
export interface SourceLookup {
  known(): ReadonlyMap<string, Source>;
  find(keys: readonly string[]): Promise<readonly Source[]>;
}

/** A recent rejection. `original` may be cut. */
export interface Rejection extends Omit<EventRejected, 'state' | 'request_position' | 'sent_at'> {
  /** Length of the original as it came; null where it is not known. */
  readonly original_bytes: number | null;
  /** When a replay of it was accepted. */
  readonly replayed_at_ms: number | null;
}

/** What rejections to list; null: any. */
export interface RejectionFilter {
  readonly reason: string | null;
  readonly source: string | null;
}

/** How often a reason was given, of the rejections kept. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
  /** When it was given last. */
  readonly latest_ms: number;
}

/** The recent rejections. */
export interface RejectionStore {
  /** Newest first; `after` is the time and id of the last one seen. */
  list(
    filter: RejectionFilter,
    limit: number,
    after: { readonly received_ms: number; readonly id: string } | null,
  ): Promise<readonly Rejection[]>;
  /** The reasons given, the most frequent first. */
  reasons(): Promise<readonly ReasonCount[]>;
  /** Those of these ids that are kept, for a replay. */
  find(ids: readonly string[]): Promise<readonly KeptRejection[]>;
  /** Notes that replays were accepted. */
  markReplayed(ids: readonly string[], at_ms: number): Promise<void>;
}

/** The messages that were accepted in the last days. */
export interface SeenMessages {
  /** Those of these digests that were. */
  among(digests: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Counts what the door does, for Prometheus. */
export interface DoorMetrics {
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

/** Tokens of what the module provides. */
export const TOKENS = {
  door: Symbol('Door'),
  sourceOf: Symbol('Source of a write key'),
  sources: Symbol('SourceStore'),
  knownSources: Symbol('Sources by key, as far as they are in memory'),
  sourceStored: Symbol('Told when a source was stored'),
  rejections: Symbol('RejectionStore'),
  replay: Symbol('Replay of rejected events'),
} as const;
