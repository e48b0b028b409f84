export { compareEvents, type EventOrder } from './event-order.ts';
export { LocalCodec } from './local-codec.ts';
export * from './registry-codec.ts';
export * from './topics.ts';
export type * from './types.ts';
