import type { DeadLetters, LiveFeed } from '../ports.ts';

/** A feed without events, for tests of the rest. */
export const closedFeed: LiveFeed = () => ({ isLive: () => false, close: async () => undefined });

/** Stages without dead letters, for tests of the rest. */
export const noDeadLetters: DeadLetters = {
  stages: [],
  counts: async () => [],
  latest: async () => [],
  replay: async () => [],
};
