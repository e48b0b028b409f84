import type { LiveEvent, LiveUpdate } from './event-api.ts';

/** Events that are held and drawn. */
export const EVENTS_KEPT = 100;
/** Time span of the rate. */
const RATE_OVER_MS = 5_000;

/** The stream of events as the page shows it. */
export interface LiveList {
  /** The newest first. */
  readonly items: readonly LiveEvent[];
  /** Since the stream began: events that matched but are not shown, and those that were not decoded. */
  readonly left_out: number;
  readonly unread: number;
  /** Recent events, with their times. */
  readonly recent: readonly { readonly at_ms: number; readonly passed: number }[];
}

/** Before anything came. */
export const NO_EVENTS: LiveList = { items: [], left_out: 0, unread: 0, recent: [] };

/** The list with the stream's update. */
export function withUpdate(list: LiveList, update: LiveUpdate, nowMs: number): LiveList {
  const { items, passed, left_out, unread } = update;
  const recent = list.recent.filter(({ at_ms }) => at_ms > nowMs - RATE_OVER_MS);
  return {
    items: items.length === 0 ? list.items : [...items.toReversed(), ...list.items].slice(0, EVENTS_KEPT),
    left_out: list.left_out + left_out,
    unread: list.unread + unread,
    recent: passed === 0 ? recent : [...recent, { at_ms: nowMs, passed }],
  };
}

/** Events per second. */
export function rateOf({ recent }: LiveList, nowMs: number): number {
  const passed = recent.reduce((sum, one) => (one.at_ms > nowMs - RATE_OVER_MS ? sum + one.passed : sum), 0);
  return passed / (RATE_OVER_MS / 1000);
}
