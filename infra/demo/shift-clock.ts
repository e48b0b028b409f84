import type { RetailEvent, RetailHistory } from './retail-events.ts';

const HOUR_MS = 3_600_000;

/** How far the shop's clock is put forward, so that its last order was an hour before `now_ms`. */
export function shiftToNow(history: RetailHistory, now_ms: number): number {
  return now_ms - HOUR_MS - history.last_order_ms;
}

/** A call in the tracking API's format. Without `sentAt`, so that no clock correction changes the shop's own dates. */
export function timedCall({ happened_ms, call }: RetailEvent, shift_ms: number): object {
  return { ...call, timestamp: new Date(happened_ms + shift_ms).toISOString() };
}
