import type { OriginStanding } from '@hilo/streaming';

/** Stages that this one's time passes through, in the order of the stream. */
export const STAGES_BEFORE = ['ingestion', 'identity', 'profile'] as const;

/** The stage waits for what is further behind than this: when all is well, all hops together take less. */
export const BEHIND_MS = 10_000;

/**
 * An origin that has reported no later time for this long stands still: one that works through a backlog reports one
 * with each batch.
 */
export const STILL_MS = 5_000;

/**
 * The origins that people wait for before they leave by time: those further behind than the stages before them explain.
 * Includes released origins while they are behind.
 */
export function originsBehind(origins: readonly OriginStanding[], nowMs: number): readonly OriginStanding[] {
  const behind: OriginStanding[] = [];
  let reachedMs = nowMs;
  for (const stage of STAGES_BEFORE) {
    const own = origins.filter((origin) => origin.stage === stage);
    const beforeMs = reachedMs;
    behind.push(...own.filter((origin) => timeOf(origin) < beforeMs - BEHIND_MS));
    reachedMs = Math.min(beforeMs, ...own.filter(({ isReleased }) => !isReleased).map(timeOf));
  }
  return behind;
}

/** Why an origin cannot be left out. */
export type NotStill = 'not_behind' | 'moving';

/** Whether an origin can be left out: it is behind, and stands still. Null: it can. */
export function whyNotReleased(origin: OriginStanding, nowMs: number): NotStill | null {
  if (timeOf(origin) > nowMs - BEHIND_MS) return 'not_behind';
  return origin.standsMs < STILL_MS ? 'moving' : null;
}

function timeOf({ readToMs }: OriginStanding): number {
  return readToMs ?? -Infinity;
}
