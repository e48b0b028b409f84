import type { Identifier } from '@hilo/schemas';
import type { TraitClass } from '../domain/describe-profile.ts';
import { ApiError } from './api-error.ts';

/** A query as fastify parses it: a parameter that comes twice is a list. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Segment's page size where none is asked for. */
const DEFAULT_LIMIT = 10;

/** What a caller asks of a list. */
export interface ListRequest {
  readonly limit: number;
  /** Cursor of an earlier page; null: from the start. */
  readonly next: string | null;
  /** Names wanted; null: all. */
  readonly include: ReadonlySet<string> | null;
  readonly verbose: boolean;
}

/** Reads `limit`, `next` (also as `cursor`), `include` and `verbose`. */
export function readList(query: Query, maximum_limit: number): ListRequest {
  const include = textsOf(query.include);
  return {
    limit: readLimit(query.limit, maximum_limit),
    next: textOf(query, 'next') ?? textOf(query, 'cursor') ?? null,
    include: include.length === 0 ? null : new Set(include),
    verbose: oneOf(query, 'verbose', ['false', 'true']) === 'true',
  };
}

/** Reads `class`; null: not given. */
export function readClass(query: Query): TraitClass | null {
  return oneOf(query, 'class', ['audience', 'computed_trait']);
}

/** Reads `{type}:{id}` of the path. */
export function readIdentifier(text: string): Identifier {
  const [, type = '', value = ''] = /^([a-z][\w.]{0,63}):(.+)$/s.exec(text) ?? [];
  if (type === '' || value.includes('\0'))
    throw new ApiError(400, 'validation_error', 'The profile must be named as {type}:{id}, such as user_id:17850.');
  return { type, value: type === 'email' ? value.trim().toLowerCase() : value };
}

function readLimit(given: Query[string], maximum: number): number {
  if (given === undefined) return DEFAULT_LIMIT;
  const limit = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > maximum)
    throw new ApiError(400, 'invalid_request_error', `limit must be from 1 to ${maximum}.`);
  return limit;
}

function textOf(query: Query, name: string): string | undefined {
  const value = query[name];
  if (typeof value === 'object') throw new ApiError(400, 'invalid_request_error', `${name} may be given once.`);
  return value === '' ? undefined : value;
}

function oneOf<const T extends string>(query: Query, name: string, words: readonly T[]): T | null {
  const given = textOf(query, name);
  if (given === undefined) return null;
  const word = words.find((candidate) => candidate === given);
  if (word === undefined) throw new ApiError(400, 'invalid_request_error', `${name} must be ${words.join(' or ')}.`);
  return word;
}

function textsOf(value: Query[string]): readonly string[] {
  return [value ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
