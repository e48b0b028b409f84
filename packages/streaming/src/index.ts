export type * from './input.ts';
export type * from './logic.ts';
export * from './outcome.ts';
export type * from './topology.ts';
