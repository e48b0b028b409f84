import { type Api, type ListPage, pathOf } from '../api/api.ts';
import { ApiError, statusOf } from '../api/api-error.ts';

/** A destination as activation's API shows it. */
export interface Destination {
  readonly key: string;
  readonly name: string;
  readonly url: string;
  /** Keys of the segments whose changes are sent. */
  readonly segments: 'all' | readonly string[];
  readonly enabled: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  /** Only in the answer that makes it. */
  readonly secret?: string;
}

/** What is saved; without a secret the one there is stays, or one is made. */
export interface DestinationInput {
  readonly type: 'webhook';
  readonly name: string;
  readonly url: string;
  readonly segments: 'all' | readonly string[];
  readonly enabled: boolean;
  readonly secret?: string;
}

/** States of a delivery, in the order of its life. */
export const DELIVERY_STATES = ['queued', 'retrying', 'delivered', 'filtered', 'failed'] as const;

/** State of a delivery. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A membership change on its way to a destination. */
export interface Delivery {
  readonly delivery_id: string;
  readonly destination: string;
  readonly profile_id: string;
  readonly segment: string;
  readonly membership_status: 'entered' | 'exited';
  readonly membership_version: number;
  readonly status: DeliveryState;
  /** Why it waits or how it ended; empty for delivered ones. */
  readonly reason: string;
  readonly attempts: number;
  readonly response_status: number | null;
  readonly response_body: string | null;
  readonly message_id: string | null;
  readonly created_at: string;
  readonly next_attempt_at: string | null;
  readonly ended_at: string | null;
  readonly idempotency_key: string;
  /** Whether a failed one can be sent again; null: it did not fail. */
  readonly retry: 'possible' | 'retried' | 'superseded' | 'not_kept' | null;
  /** Id of the failed delivery that it sends again. */
  readonly retry_of: string | null;
  /** Id of the delivery that sent it again. */
  readonly retried_as: string | null;
  /** The last delivery that sent it again; null: it was not, or that is not known yet. */
  readonly sent_again: SentAgain | null;
}

/** The last delivery that sent a failed one again. */
export type SentAgain = Pick<
  Delivery,
  'delivery_id' | 'status' | 'reason' | 'attempts' | 'response_status' | 'response_body' | 'retry' | 'ended_at'
>;

/** What a row of the list is about now: a failed delivery that was sent again, about the one that did so. */
export function latestOf(delivery: Delivery): SentAgain {
  return delivery.sent_again ?? delivery;
}

/** What became of a retry. */
export interface Retry {
  readonly delivery_id: string;
  readonly state: 'retried' | 'asked' | 'superseded' | 'not_failed' | 'not_kept' | 'not_found';
  readonly retried_as: string | null;
}

const PAGE = 50;
const KEY_TAKEN = 'key_taken';

/** A page of destinations, by key. */
export function readDestinations(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<Destination>> {
  return api.get('/api/activation/v1/destinations', { limit: PAGE, cursor }, signal);
}

/** One destination, without its secret. */
export function readDestination(api: Api, key: string, signal?: AbortSignal): Promise<Destination> {
  return api.get(pathOf`/api/activation/v1/destinations/${key}`, {}, signal);
}

/** Makes or changes a destination. */
export function saveDestination(api: Api, key: string, input: DestinationInput): Promise<Destination> {
  return api.put(pathOf`/api/activation/v1/destinations/${key}`, input);
}

/** Makes a destination; rejects with an error of which `isTaken` is true where there is one with the key. */
export async function addDestination(api: Api, key: string, input: DestinationInput): Promise<Destination> {
  if (await isThere(api, key)) {
    throw new ApiError({ kind: 'refused', status: 409, code: KEY_TAKEN, detail: '', field: 'key' });
  }
  return saveDestination(api, key, input);
}

/** Whether an error says that there is a destination with the key already. */
export function isTaken(error: Error | null): boolean {
  return error instanceof ApiError && error.fault.kind === 'refused' && error.fault.code === KEY_TAKEN;
}

async function isThere(api: Api, key: string): Promise<boolean> {
  try {
    await readDestination(api, key);
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** Removes a destination. */
export function deleteDestination(api: Api, key: string): Promise<void> {
  return api.delete(pathOf`/api/activation/v1/destinations/${key}`);
}

/** What deliveries to list; null: all. */
export interface DeliveryFilter {
  readonly status: string | null;
  readonly destination: string | null;
  /** Id of the profile. */
  readonly profile: string | null;
}

/** A page of deliveries, the newest first. */
export function readDeliveries(
  api: Api,
  { status, destination, profile }: DeliveryFilter,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ListPage<Delivery>> {
  // Among all, or those that failed, one that was sent again is one row; what else is asked for may be the retry itself.
  const retries = status === null || status === '' || status === 'failed' ? 'folded' : 'listed';
  const query = { limit: PAGE, status, destination, profile, retries, cursor };
  return api.get('/api/activation/v1/deliveries', query, signal);
}

/** Sends failed deliveries again; at most a page of them. */
export async function retryDeliveries(api: Api, ids: readonly string[]): Promise<readonly Retry[]> {
  const { items } = await api.post<{ items: readonly Retry[] }>('/api/activation/v1/deliveries/retry', { ids });
  return items;
}
