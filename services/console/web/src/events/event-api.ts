import type { Api as HistoryApi } from '@hilo/history/contract';
import type { SchemaOf } from '@hilo/service/contract';
import { type Api, pathOf } from '../api/api.ts';

/** The way of one event, as far as it has come. */
export type MessageWay = SchemaOf<HistoryApi, 'MessageWay'>;

/** A stage that an event passes. */
export type WayStage = SchemaOf<HistoryApi, 'MessageStage'>['stage'];

/** What the history knows of a stage's answer to an event. */
export type WayState = SchemaOf<HistoryApi, 'MessageStage'>['state'];

/** An identifier of an event. */
export type EventIdentifier = SchemaOf<HistoryApi, 'Identifier'>;

/** A rejection of the event, or a repeat of it. */
export type WayRejection = SchemaOf<HistoryApi, 'MessageRejection'>;

/** How a delivery ended. */
export type WayDelivery = SchemaOf<HistoryApi, 'MessageDelivery'>;

/** An event as it goes by. */
export type LiveEvent = SchemaOf<HistoryApi, 'LiveEvent'>;

/** One message of the stream of events. */
export type LiveUpdate = SchemaOf<HistoryApi, 'LiveUpdate'>;

/** What of the stream to see; an empty text: anything. */
export type LiveFilter = Required<SchemaOf<HistoryApi, 'LiveFilter'>>;

/** The way of an event; without a source, of the one that was received last. */
export function readWay(api: Api, message_id: string, source: string | null, signal: AbortSignal): Promise<MessageWay> {
  const input = { params: { message_id }, query: { source } };
  return api.call('GET /api/history/v1/messages/{message_id}', input, { signal });
}

/** How many records wait for each stage; null: not known. */
export async function readLags(api: Api, signal: AbortSignal): Promise<ReadonlyMap<string, number | null>> {
  const { stages } = await api.call('GET /api/overview', {}, { signal });
  return new Map(stages.map(({ stage, lag_records }) => [stage, lag_records]));
}

/** Opens the stream of events. The filter may name a person, so it stands in the body. */
export function openLiveEvents(api: Api, filter: LiveFilter, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  return api.stream('POST /api/history/v1/events/live', { body: filter }, signal);
}

/** Address of the page that follows an event. */
export function eventPath(message_id: string, source: string | null): string {
  const path = pathOf`/events/${message_id}`;
  return source === null || source === '' ? path : `${path}?${new URLSearchParams({ source }).toString()}`;
}
