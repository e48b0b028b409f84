import type { RetryAsked } from '@hilo/schemas';
import type { Answered, AttemptRequest, Unreachable } from './domain/attempt.ts';
import type { Destination, Destinations } from './domain/destination.ts';
import type { DeliveryRow } from './processors/mirror-deliveries.ts';

/** One request to a destination. Never rejects: what goes wrong is a result. */
export interface WebhookClient {
  /** `traceparent`: the trace that the request goes on with, if any. */
  post(
    destination: Destination,
    request: AttemptRequest,
    traceparent: string | undefined,
  ): Promise<Answered | Unreachable>;
  close(): Promise<void>;
}

/** What a caller says of a destination. */
export interface DestinationDraft {
  readonly key: string;
  /** Null: keep the one there is, or call it by its key. */
  readonly name: string | null;
  readonly url: string;
  /** Null: keep the one there is, or make one. */
  readonly secret: string | null;
  /** Null: keep those there are, or take all. */
  readonly segments: readonly string[] | 'all' | null;
  readonly enabled: boolean;
}

/** The destinations, kept for all instances and known to this one. */
export interface DestinationStore {
  /** As this instance knows them: at most a second old. */
  current(): Destinations;
  find(key: string): Promise<Destination | null>;
  list(limit: number, after_key: string | null): Promise<readonly Destination[]>;
  /** Makes or changes a destination; null where there are as many as there may be. */
  put(draft: DestinationDraft): Promise<{ readonly destination: Destination; readonly created: boolean } | null>;
  /** False where there was none. */
  remove(key: string): Promise<boolean>;
}

/** Tells which segments there are. */
export interface SegmentKeys {
  /** Those of the keys that no segment has; rejects with `SegmentsAway` where that can't be known for now. */
  missing(keys: readonly string[]): Promise<readonly string[]>;
}

/** Segmentation does not answer. */
export class SegmentsAway extends Error {
  override readonly name = 'SegmentsAway';
}

/** What deliveries a list shows. */
export interface DeliveryFilter {
  readonly status: string | null;
  readonly destination: string | null;
  readonly profile_id: string | null;
  /** Without those that sent another one again, which is in the list itself. */
  readonly folded: boolean;
}

/** Deliveries as the mirror table has them. */
export interface DeliveryReader {
  /** Newest first; `after` is the last one of the page before. */
  list(
    filter: DeliveryFilter,
    limit: number,
    after: { readonly created_at_ms: number; readonly delivery_id: string } | null,
  ): Promise<readonly DeliveryRow[]>;
  /** Those of the ids that there are, in any order. */
  find(ids: readonly string[]): Promise<readonly DeliveryRow[]>;
}

/** Where the stage reads which deliveries to send again. */
export interface RetryLog {
  /** Resolves when all are kept for good; rejects with `RetryLogAway` when that is not known in time: some may be. */
  append(retries: readonly RetryAsked[]): Promise<void>;
}

/** The log did not confirm in time. */
export class RetryLogAway extends Error {
  override readonly name = 'RetryLogAway';
}

/** Tokens of what the module provides. */
export const TOKENS = {
  destinations: Symbol('DestinationStore'),
  segments: Symbol('SegmentKeys'),
  deliveries: Symbol('DeliveryReader'),
  retry: Symbol('RetryDeliveries'),
  allowed_networks: Symbol('AllowedNetwork[]'),
} as const;
