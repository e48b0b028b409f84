/** The language without its readers: its schema, its types and its limits. */
export * from './condition.ts';
export * from './limits.ts';
