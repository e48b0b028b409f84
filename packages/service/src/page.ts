import { isPlainText } from './plain-text.ts';
import { problem } from './problem.ts';

/** One page of a list. `next` is the cursor of the following page; null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A caller's request for a list: how many items, and after which position (null: from the start). */
export interface PageRequest {
  readonly limit: number;
  readonly after: readonly string[] | null;
}

/** What a call of a list asks for, where its query is `PAGING` of a contract; throws a problem for a cursor that is none of ours. */
export function pageRequest({ limit, cursor }: { readonly limit: number; readonly cursor?: string }): PageRequest {
  return { limit, after: cursor === undefined ? null : readCursor(cursor) };
}

/**
 * Makes a page from up to `limit + 1` items; the extra one only shows that there are more. `positionOf` returns an
 * item's position, which comes back in `PageRequest.after`.
 */
export function page<T>(items: readonly T[], limit: number, positionOf: (item: T) => readonly string[]): Page<T> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next: items.length > limit && last !== undefined ? cursorOf(positionOf(last)) : null };
}

/** Makes a page of items whose list goes on after a position that need not be one of them; null: that was all. */
export function pageUntil<T>(items: readonly T[], position: readonly string[] | null): Page<T> {
  return { items, next: position === null ? null : cursorOf(position) };
}

function cursorOf(position: readonly string[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Longest part of a position: names, ids, times. */
const POSITION_LENGTH = 1_000;

function isPosition(part: unknown): part is string {
  return typeof part === 'string' && part.length <= POSITION_LENGTH && isPlainText(part);
}

function readCursor(cursor: unknown): readonly string[] {
  try {
    const position: unknown = JSON.parse(Buffer.from(String(cursor), 'base64url').toString('utf8'));
    if (Array.isArray(position) && position.length > 0 && position.every(isPosition)) return position;
  } catch {
    // answered below, like any other text that is not one of our cursors
  }
  throw problem('invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}
