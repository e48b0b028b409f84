export * from './template.ts';
export * from './templates.ts';
