export * from './registry-codec.ts';
export * from './topics.ts';
export type * from './types.ts';
