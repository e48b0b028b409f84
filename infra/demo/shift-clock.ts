import type { RetailEvent, RetailHistory } from './retail-events.ts';

const HOUR_MS = 3_600_000;

/** How far the shop's clock is put forward, so that its last order was an hour before `nowMs`. */
export function shiftToNow(history: RetailHistory, nowMs: number): number {
  return nowMs - HOUR_MS - history.lastOrderMs;
}

/** A call in the tracking API's format. Without `sentAt`, so that no clock correction changes the shop's own dates. */
export function timedCall({ happenedMs, call }: RetailEvent, shift_ms: number): object {
  return { ...call, timestamp: new Date(happenedMs + shift_ms).toISOString() };
}
