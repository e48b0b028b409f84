import { ExactNumber } from '@hilo/exact-json';
import { problem } from './problem.ts';

/** A JSON object of unknown shape. */
export type Fields = Readonly<Record<string, unknown>>;

/** True for a JSON object: neither null, nor an array, nor a number kept as its digits. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** Reads one field of an object with `accept`, which returns undefined for a value that it does not accept. */
export function readField<T>(
  fields: Fields,
  name: string,
  wanted: string,
  accept: (value: unknown) => T | undefined,
): T {
  const value = accept(fields[name]);
  if (value === undefined) throw problem('invalid_request', `${name} must be ${wanted}.`, { field: name });
  return value;
}
