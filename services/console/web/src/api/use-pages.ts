import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListPage } from './api.ts';
import { type Poll, polling } from './polling.ts';

/** Pages of a list that is read as a whole. */
const PAGES_AT_MOST = 40;

/** One page of a list at a time, with links to its neighbours. */
export interface Pages<T> {
  /** Undefined until the first page is there. */
  readonly items: readonly T[] | undefined;
  readonly error: Error | null;
  /** From 1. */
  readonly number: number;
  /** Null if there is no such page. */
  readonly older: (() => void) | null;
  readonly newer: (() => void) | null;
  retry(): void;
}

interface PagesOptions<T> {
  /** Names the list; when it changes, its first page is shown. */
  readonly name: readonly (string | null)[];
  read(cursor: string | null, signal: AbortSignal): Promise<ListPage<T>>;
  /** How the first page is kept up to date; absent: it is read when asked. */
  readonly poll?: Poll;
  /** False: do not read it now. */
  readonly enabled?: boolean;
}

interface Position {
  readonly name: string;
  /** Cursors of the visited pages; the last one belongs to the page shown. Empty: the first page. */
  readonly cursors: readonly string[];
}

/** Pages through a list by its cursors. Holds and draws only the page shown, however long the list is. */
export function usePages<T>({ name, read, poll, enabled = true }: PagesOptions<T>): Pages<T> {
  const text = JSON.stringify(name);
  const [position, setPosition] = useState<Position>({ name: text, cursors: [] });
  const cursors = position.name === text ? position.cursors : [];
  const cursor = cursors.at(-1) ?? null;
  const { data, error, refetch } = useQuery({
    queryKey: [...name, cursor],
    queryFn: ({ signal }) => read(cursor, signal),
    enabled,
    // The previous page stays until the next one arrives, but never a page of another list.
    placeholderData: (previous, query) => (isOf(query?.queryKey, text) ? previous : undefined),
    refetchInterval: poll !== undefined && cursor === null ? polling(poll) : false,
  });
  const go = (to: readonly string[]) => setPosition({ name: text, cursors: to });
  const next = data?.next ?? null;
  return {
    items: data?.items,
    error,
    number: cursors.length + 1,
    older: next === null ? null : () => go([...cursors, next]),
    newer: cursors.length === 0 ? null : () => go(cursors.slice(0, -1)),
    retry: () => void refetch(),
  };
}

function isOf(key: readonly unknown[] | undefined, name: string): boolean {
  return key !== undefined && JSON.stringify(key.slice(0, -1)) === name;
}

/** All items of a list that is always short; rejects if it is longer. */
export async function readAll<T>(read: (cursor: string | null) => Promise<ListPage<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_AT_MOST; pages++) {
    const page: ListPage<T> = await read(cursor);
    items.push(...page.items);
    cursor = page.next;
    if (cursor === null) return items;
  }
  throw new Error('the list is longer than it can be');
}
