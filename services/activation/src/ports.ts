import type { RetryAsked } from '@hilo/schemas';
import type { DeliveryStatus, RetryVerdict } from './domain/delivery.ts';
import type { Destination, Destinations, Settings } from './domain/destination.ts';

/** A destination as it is to be stored. */
export interface DestinationDraft {
  readonly key: string;
  /** Null: keep the current one, or use its key. */
  readonly name: string | null;
  readonly type: string;
  /** Complete, secrets among them. */
  readonly settings: Settings;
  /** Fields whose stored values stay, if there are any. */
  readonly kept: readonly string[];
  /** Null: keep the current ones, or take all. */
  readonly segments: readonly string[] | 'all' | null;
  readonly enabled: boolean;
  /** Null: keep the current choice, or do without. */
  readonly backfilled: boolean | null;
}

/** What became of a destination that was to be stored. */
export type Stored =
  | { readonly kind: 'stored'; readonly destination: Destination; readonly created: boolean }
  /** The destination with this key is of another type. */
  | { readonly kind: 'other_type' }
  | { readonly kind: 'limit_reached' };

/** The destinations, stored for all instances and known to this one. */
export interface DestinationStore {
  /** As this instance knows them: at most a second old. */
  current(): Destinations;
  find(key: string): Promise<Destination | null>;
  list(limit: number, afterKey: string | null): Promise<readonly Destination[]>;
  /** Creates or changes a destination. */
  put(draft: DestinationDraft): Promise<Stored>;
  /** False if there was none. */
  remove(key: string): Promise<boolean>;
}

/** Says which segments there are. */
export interface SegmentKeys {
  /** Those of the keys that no segment has; rejects with `SegmentsUnavailableError` if that can't be known for now. */
  missing(keys: readonly string[]): Promise<readonly string[]>;
}

/** Segmentation does not answer. */
export class SegmentsUnavailableError extends Error {
  override readonly name = 'SegmentsUnavailableError';
}

/** A row of the table `delivery`, a mirror of the deliveries in the stage's state. */
export interface DeliveryRow {
  readonly delivery_id: string;
  readonly destination: string;
  readonly profile_id: string;
  readonly segment: string;
  readonly membership_version: number;
  readonly membership_status: 'entered' | 'exited';
  readonly status: DeliveryStatus;
  readonly reason: string;
  readonly attempts: number;
  readonly response_status: number | null;
  readonly response_body: string | null;
  readonly message_id: string | null;
  readonly created_at_ms: number;
  readonly next_attempt_ms: number | null;
  readonly ended_at_ms: number | null;
  /** Whether a failed one can be sent again; null: it did not fail, or it failed before that was recorded. */
  readonly retry: RetryVerdict | null;
  /** The failed delivery that it sends again. */
  readonly retry_of: string | null;
  /** Null: its id. */
  readonly idempotency_key: string | null;
}

/** Which deliveries a list shows. */
export interface DeliveryFilter {
  readonly status: string | null;
  readonly destination: string | null;
  readonly profile_id: string | null;
  /** Leaves out retries whose first delivery is in the list itself. */
  readonly folded: boolean;
}

/** Deliveries in the API's table. */
export interface DeliveryReader {
  /** Newest first; `after` is the last one of the previous page. */
  list(
    filter: DeliveryFilter,
    limit: number,
    after: { readonly created_at_ms: number; readonly delivery_id: string } | null,
  ): Promise<readonly DeliveryRow[]>;
  /** The existing ones of these ids, in any order. */
  find(ids: readonly string[]): Promise<readonly DeliveryRow[]>;
}

/** The topic from which the stage reads retry requests. */
export interface RetryLog {
  /** Resolves when all are kept for good; rejects with `RetryLogUnavailableError` when that is not known in time: some may be. */
  append(retries: readonly RetryAsked[]): Promise<void>;
}

/** Kafka did not confirm in time. */
export class RetryLogUnavailableError extends Error {
  override readonly name = 'RetryLogUnavailableError';
}

/** Injection tokens of the module. */
export const TOKENS = {
  destinations: Symbol('DestinationStore'),
  deliveries: Symbol('DeliveryReader'),
  save: Symbol('SaveDestination'),
  types: Symbol('OpenTypes'),
  retry: Symbol('RetryDeliveries'),
} as const;
