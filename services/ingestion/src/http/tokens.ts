/** Names under which the controllers get what they work with. */
export const TOKENS = {
  door: Symbol('door'),
  sourceOf: Symbol('source of a write key'),
  sources: Symbol('source store'),
  knownSources: Symbol('sources by key, as far as they are in memory'),
  sourceStored: Symbol('told when a source was stored'),
  rejections: Symbol('rejection store'),
  replay: Symbol('replay of rejected events'),
} as const;
