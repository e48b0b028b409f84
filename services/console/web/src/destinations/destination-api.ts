import type { Api as Activation } from '@hilo/activation/contract';
import type { BodyOf, SchemaOf } from '@hilo/service/contract';
import { addNew } from '../api/add-new.ts';
import type { Api, ListPage } from '../api/api.ts';

/** A destination. Its settings hold secrets only in the answer that creates it. */
export type Destination = SchemaOf<Activation, 'Destination'>;

/** What is saved. Secrets that are absent stay as they are, or are generated. */
export type DestinationInput = BodyOf<Activation, 'putDestination'>;

/** A type of destination: its words and the fields of its settings. */
export type DestinationType = SchemaOf<Activation, 'DestinationType'>;

/** One field of a type's settings. */
export type Field = SchemaOf<Activation, 'Field'>;

/** A membership change on its way to a destination. */
export type Delivery = SchemaOf<Activation, 'Delivery'>;

/** State of a delivery. */
export type DeliveryState = Delivery['status'];

/** The last delivery that sent a failed one again. */
export type SentAgain = SchemaOf<Activation, 'SentAgain'>;

/** The result of a retry. */
export type Retry = SchemaOf<Activation, 'Retry'>;

/** States of a delivery, in the order of its life. */
export const DELIVERY_STATES: readonly DeliveryState[] = ['queued', 'retrying', 'delivered', 'filtered', 'failed'];

/** What a row of the list shows now: for a failed delivery that was sent again, the last one that did so. */
export function latestOf(delivery: Delivery): SentAgain {
  return delivery.sent_again ?? delivery;
}

const PAGE = 50;

/** All types of destinations, by title. */
export async function readTypes(api: Api, signal: AbortSignal): Promise<readonly DestinationType[]> {
  const { items } = await api.call('GET /api/activation/v1/destination-types', {}, { signal });
  return items;
}

/** A page of destinations, by key. */
export function readDestinations(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<Destination>> {
  return api.call('GET /api/activation/v1/destinations', { query: { limit: PAGE, cursor } }, { signal });
}

/** One destination, without its secrets. */
export function readDestination(api: Api, key: string, signal?: AbortSignal): Promise<Destination> {
  return api.call('GET /api/activation/v1/destinations/{key}', { params: { key } }, { signal });
}

/** Creates or changes a destination. */
export function saveDestination(api: Api, key: string, input: DestinationInput): Promise<Destination> {
  return api.call('PUT /api/activation/v1/destinations/{key}', { params: { key }, body: input });
}

/** Creates a destination; rejects with an error of which `isTaken` is true if there is one with the key. */
export function addDestination(api: Api, key: string, input: DestinationInput): Promise<Destination> {
  return addNew(
    () => readDestination(api, key),
    () => saveDestination(api, key, input),
  );
}

/** Removes a destination. */
export function deleteDestination(api: Api, key: string): Promise<void> {
  return api.call('DELETE /api/activation/v1/destinations/{key}', { params: { key } });
}

/** What deliveries to list; null: all. */
export interface DeliveryFilter {
  readonly status: DeliveryState | null;
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
  // In unfiltered lists, and those of failed ones, a delivery that was sent again is one row; other filters may list
  // the retry itself.
  const retries = status === null || status === 'failed' ? 'folded' : 'listed';
  const query = { limit: PAGE, status, destination, profile, retries, cursor } as const;
  return api.call('GET /api/activation/v1/deliveries', { query }, { signal });
}

/** Sends failed deliveries again; at most a page of them. */
export async function retryDeliveries(api: Api, ids: readonly string[]): Promise<readonly Retry[]> {
  const { items } = await api.call('POST /api/activation/v1/deliveries/retry', { body: { ids } });
  return items;
}
