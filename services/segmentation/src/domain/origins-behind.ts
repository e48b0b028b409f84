import type { OriginStanding } from '@hilo/streaming';

/** Stages through which the time of this one comes, in the order of the stream. */
export const STAGES_BEFORE = ['ingestion', 'identity', 'profile'] as const;

/** What is further behind than this is waited for: all hops together take less while all is well. */
export const BEHIND_MS = 10_000;

/** An origin that has said no later time for so long stands still: one that works through a backlog says one with each batch. */
export const STILL_MS = 5_000;

/**
 * The origins that people wait for before they leave by time: those that are further behind than the stages before them explain.
 * What is released is among them, for as long as it is behind.
 */
export function originsBehind(origins: readonly OriginStanding[], now_ms: number): readonly OriginStanding[] {
  const behind: OriginStanding[] = [];
  let reached_ms = now_ms;
  for (const stage of STAGES_BEFORE) {
    const own = origins.filter((origin) => origin.stage === stage);
    const before_ms = reached_ms;
    behind.push(...own.filter((origin) => timeOf(origin) < before_ms - BEHIND_MS));
    reached_ms = Math.min(before_ms, ...own.filter(({ is_released }) => !is_released).map(timeOf));
  }
  return behind;
}

/** Why an origin can't be left out. */
export type NotStill = 'not_behind' | 'moving';

/** Whether an origin may be left out: it is behind, and stands still. Null: it may. */
export function whyNotReleased(origin: OriginStanding, now_ms: number): NotStill | null {
  if (timeOf(origin) > now_ms - BEHIND_MS) return 'not_behind';
  return origin.stands_ms < STILL_MS ? 'moving' : null;
}

function timeOf({ read_to_ms }: OriginStanding): number {
  return read_to_ms ?? -Infinity;
}
