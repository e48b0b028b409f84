/** What writes and checks conditions without evaluating them, for the console too, which runs in browsers. */
export * from '../language/problems.ts';
export * from './language.ts';
export * from './read-condition.ts';
export * from './read-text.ts';
export * from './stream/not-evaluated.ts';
export * from './write-text.ts';
