import type { Identifier } from '@hilo/schemas';
import type { TraitClass } from '../domain/describe-profile.ts';
import { ApiError } from './api-error.ts';

/** The query of a list, as its contract lets it through. */
export interface ListQuery {
  readonly limit: number;
  readonly next?: string;
  readonly cursor?: string;
  readonly include?: readonly string[];
}

/** What a caller asks of a list. */
export interface ListRequest {
  readonly limit: number;
  /** Cursor of an earlier page; null: from the start. */
  readonly next: string | null;
  /** Names wanted; null: all. */
  readonly include: ReadonlySet<string> | null;
}

/** Reads `limit`, `next` (also as `cursor`) and `include`. */
export function readList({ limit, next = '', cursor = '', include = [] }: ListQuery): ListRequest {
  const names = include
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const after = next === '' ? cursor : next;
  return { limit, next: after === '' ? null : after, include: names.length === 0 ? null : new Set(names) };
}

/** Reads `class`; null: not given. */
export function readClass(given: unknown): TraitClass | null {
  return oneOf(given, 'class', ['audience', 'computed_trait']);
}

/** Reads `verbose`. */
export function readVerbose(given: unknown): boolean {
  return oneOf(given, 'verbose', ['false', 'true']) === 'true';
}

/** Reads `{type}:{id}` of the path. */
export function readIdentifier(text: string): Identifier {
  const [, type = '', value = ''] = /^([a-z][\w.]{0,63}):(.+)$/s.exec(text) ?? [];
  if (type === '' || value.includes('\0'))
    throw new ApiError(400, 'validation_error', 'The profile must be named as {type}:{id}, such as user_id:17850.');
  return { type, value: type === 'email' ? value.trim().toLowerCase() : value };
}

/** An empty text is none given, as with Segment's API. */
function oneOf<const T extends string>(given: unknown, name: string, words: readonly T[]): T | null {
  if (given === undefined || given === '') return null;
  const word = words.find((candidate) => candidate === given);
  if (word === undefined) throw new ApiError(400, 'invalid_request_error', `${name} must be ${words.join(' or ')}.`);
  return word;
}
