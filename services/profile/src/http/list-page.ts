import type { SchemaOf } from '@hilo/service/contract';
import { ApiError } from './api-error.ts';
import type { Api } from './contract.ts';
import type { ListRequest } from './read-query.ts';

/** Where a list goes on, as Segment's API says it. */
type Cursor = SchemaOf<Api, 'Cursor'>;

/** One page of a list that is in memory. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly cursor: Cursor;
}

/** The page asked for of a sorted list; `nameOf` tells the items apart and orders them. */
export function pageOf<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  request: ListRequest,
  address: string,
): ListPage<T> {
  const after = request.next === null ? null : readCursor(request.next);
  const rest = all.filter((item) => after === null || nameOf(item) > after);
  const items = rest.slice(0, request.limit);
  const last = items.at(-1);
  const next = rest.length > items.length && last !== undefined ? writeCursor(nameOf(last)) : null;
  return { items, cursor: cursorOf(address, next, request.limit) };
}

/** The cursor of a page; `next` null: it is the last. `address` is the request's path with its query. */
export function cursorOf(address: string, next: string | null, limit: number): Cursor {
  const [path = '', query = ''] = address.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.delete('cursor');
  if (next === null) parameters.delete('next');
  else parameters.set('next', next);
  const text = parameters.toString();
  return { url: text === '' ? path : `${path}?${text}`, has_more: next !== null, next: next ?? '', limit };
}

function writeCursor(name: string): string {
  return Buffer.from(`after ${name}`).toString('base64url');
}

function readCursor(next: string): string {
  const text = Buffer.from(next, 'base64url').toString('utf8');
  if (!text.startsWith('after '))
    throw new ApiError(400, 'invalid_request_error', 'next must be the "next" of an earlier page.');
  return text.slice('after '.length);
}
