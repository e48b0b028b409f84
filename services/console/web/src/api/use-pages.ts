import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListPage } from './api.ts';

/** One page of a list at a time, with the ways to its neighbours. */
export interface Pages<T> {
  /** Undefined until the first page is there. */
  readonly items: readonly T[] | undefined;
  readonly error: Error | null;
  /** From 1. */
  readonly number: number;
  /** Null where there is no such page. */
  readonly older: (() => void) | null;
  readonly newer: (() => void) | null;
  retry(): void;
}

interface PagesOptions<T> {
  /** Names the list; when it changes, its first page is shown. */
  readonly name: readonly (string | null)[];
  read(cursor: string | null, signal: AbortSignal): Promise<ListPage<T>>;
  /** Asks for the first page again this often; absent: only when asked. */
  readonly every_ms?: number;
}

interface Position {
  readonly name: string;
  /** Cursors of the pages walked through; the last is of the page shown. Empty: the first page. */
  readonly cursors: readonly string[];
}

/** Walks through a list by its cursors. Only the page shown is held and drawn, however long the list is. */
export function usePages<T>({ name, read, every_ms }: PagesOptions<T>): Pages<T> {
  const text = JSON.stringify(name);
  const [position, setPosition] = useState<Position>({ name: text, cursors: [] });
  const cursors = position.name === text ? position.cursors : [];
  const cursor = cursors.at(-1) ?? null;
  const { data, error, refetch } = useQuery({
    queryKey: [...name, cursor],
    queryFn: ({ signal }) => read(cursor, signal),
    // The page before stays until the next one is there, but never a page of another list.
    placeholderData: (previous, query) => (isOf(query?.queryKey, text) ? previous : undefined),
    refetchInterval: every_ms !== undefined && cursor === null ? every_ms : false,
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
