import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListPage } from './api.ts';
import { type Poll, polling } from './polling.ts';
import { fits, type Order, ordered, type SortValue } from './list-order.ts';
import { type Pages, readAll, usePages } from './use-pages.ts';

/** Items on one page of a list that was read as a whole. */
const SHOWN = 50;

interface ListOptions<T> {
  /** Names the list. */
  readonly name: readonly string[];
  read(cursor: string | null, signal: AbortSignal): Promise<ListPage<T>>;
  /** How what is shown is kept up to date; absent: it is read when asked. */
  readonly poll?: Poll;
  /** The searchable text of an item. */
  textOf(item: T): string;
  /** Sort values by column key. */
  readonly sorts: Readonly<Record<string, (item: T) => SortValue>>;
}

/** A list that can be searched and sorted. */
export interface ResourceList<T> {
  readonly pages: Pages<T>;
  readonly search: string;
  setSearch(search: string): void;
  /** Null: in the order in which the service lists it. */
  readonly order: Order | null;
  readonly sorts: readonly string[];
  /** Sorts by a column, then in reverse, then not at all. */
  sortBy(key: string): void;
}

/**
 * A bounded list of resources: while nobody searches or sorts it, it is read a page at a time; then as a whole, so that
 * no match is missed.
 */
export function useList<T>({ name, read, poll, textOf, sorts }: ListOptions<T>): ResourceList<T> {
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<Order | null>(null);
  const [page, setPage] = useState(0);
  const isWhole = search.trim() !== '' || order !== null;
  const pages = usePages({ name, read, enabled: !isWhole, ...(poll === undefined ? {} : { poll }) });
  const whole = useQuery({
    queryKey: [...name, 'whole'],
    queryFn: ({ signal }) => readAll((cursor) => read(cursor, signal)),
    enabled: isWhole,
    refetchInterval: poll === undefined ? false : polling(poll),
  });
  const found = whole.data?.filter((item) => fits(textOf(item), search));
  const sort = order === null ? undefined : sorts[order.key];
  const items = found === undefined || sort === undefined ? found : ordered(found, sort, order?.descending === true);
  const last = Math.max(0, Math.ceil((items?.length ?? 0) / SHOWN) - 1);
  const shown = Math.min(page, last);
  return {
    pages: isWhole
      ? {
          items: items?.slice(shown * SHOWN, (shown + 1) * SHOWN),
          error: whole.error,
          number: shown + 1,
          older: shown === last ? null : () => setPage(shown + 1),
          newer: shown === 0 ? null : () => setPage(shown - 1),
          retry: () => void whole.refetch(),
        }
      : pages,
    search,
    setSearch: (text) => {
      setPage(0);
      setSearch(text);
    },
    order,
    sorts: Object.keys(sorts),
    sortBy: (key) => {
      setPage(0);
      if (order?.key !== key) setOrder({ key, descending: false });
      else setOrder(order.descending ? null : { key, descending: true });
    },
  };
}
