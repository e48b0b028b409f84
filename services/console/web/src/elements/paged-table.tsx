import type { ReactNode } from 'react';
import type { Pages } from '../api/use-pages.ts';
import { ListTable, type ListTableProps } from './list-table.tsx';
import { PagedList } from './paged-list.tsx';

interface PagedTableProps<T> extends Omit<ListTableProps<T>, 'items'> {
  readonly pages: Pages<T>;
  /** What to show where the list is empty. */
  readonly empty: ReactNode;
  readonly byTime?: boolean;
}

/** A paged list whose items are the rows of a table. */
export function PagedTable<T>({ pages, empty, byTime = false, ...table }: PagedTableProps<T>) {
  return (
    <PagedList pages={pages} empty={empty} byTime={byTime}>
      {(items) => <ListTable items={items} {...table} />}
    </PagedList>
  );
}
