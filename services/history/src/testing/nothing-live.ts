import type { DeadLetters, LiveFeed } from '../ports.ts';

/** A feed that nothing comes from, for tests of the rest. */
export const closedFeed: LiveFeed = () => ({ is_live: () => false, close: async () => undefined });

/** Stages that set nothing aside, for tests of the rest. */
export const noDeadLetters: DeadLetters = {
  stages: [],
  counts: async () => [],
  latest: async () => [],
  replay: async () => [],
};
