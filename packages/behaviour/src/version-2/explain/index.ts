export * from './explain-condition.ts';
export * from './explanation.ts';
export { EVENTS_NAMED } from './read-leaf.ts';
export * from './unnamed-events.ts';
