export * from './document/json-text.ts';
export * from './document/path.ts';
export * from './document/value-test.ts';
export * from './language/condition.ts';
export * from './language/duration.ts';
export * from './language/read-condition.ts';
export * from './time/window.ts';
export * from './time/zone.ts';
