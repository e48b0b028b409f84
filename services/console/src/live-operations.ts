import { type Operations, operationsOf } from './domain/operations.ts';
import { LiveFeed } from './live-feed.ts';
import type { RecentRounds } from './recent-rounds.ts';

/** The operations view, once a second, while somebody watches. */
export type LiveOperations = LiveFeed<Operations>;

/** Produces the live operations view, from the same readings as the overview. */
export function liveOperations(rounds: RecentRounds, clock: { nowMs(): number }): LiveOperations {
  return new LiveFeed(async () => operationsOf(await rounds.read(), clock.nowMs()), clock);
}
