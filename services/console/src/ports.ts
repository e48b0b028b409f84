import type { Reading, SegmentOverview } from './domain/overview.ts';

/** Asks every instance how it is. Never throws: an instance that doesn't answer is down. */
export type ReadInstances = () => Promise<readonly Reading[]>;

/** Lists the segments with their sizes; null where segmentation doesn't answer. Never throws. */
export type ReadSegments = () => Promise<readonly SegmentOverview[] | null>;

/** Tokens under which the module binds what the controllers need. */
export const TOKENS = {
  overview: Symbol('live overview'),
  receiver: Symbol('webhook receiver'),
  page: Symbol('page files'),
  closing: Symbol('signal that the server is about to close'),
  console_url: Symbol('public address of the console'),
} as const;
