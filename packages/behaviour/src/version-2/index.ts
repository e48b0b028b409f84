export * from '../language/problems.ts';
export * from './condition.ts';
export * from './explain/index.ts';
export * from './limits.ts';
export * from './model.ts';
export * from './read-condition.ts';
export * from './value-needs.ts';
export * from './stream/index.ts';
