export * from './exact-number.ts';
export * from './parse-json.ts';
export * from './plain-values.ts';
