import type { ReactNode } from 'react';
import type { Pages } from '../api/use-pages.ts';
import { Fault } from './fault.tsx';
import { Loading } from './loading.tsx';
import { Pager } from './pager.tsx';

interface PagedListProps<T> {
  readonly pages: Pages<T>;
  /** What to show where the list is empty. */
  readonly empty: ReactNode;
  readonly byTime?: boolean;
  children(items: readonly T[]): ReactNode;
}

/** A list in any state: loading, failed, empty, or a page of it. */
export function PagedList<T>({ pages, empty, byTime = false, children }: PagedListProps<T>) {
  const { items, error } = pages;
  if (items === undefined) return error === null ? <Loading /> : <Fault error={error} retry={pages.retry} />;
  return (
    <>
      {error === null ? null : <Fault error={error} retry={pages.retry} />}
      {items.length === 0 && pages.newer === null ? empty : children(items)}
      <Pager pages={pages} byTime={byTime} />
    </>
  );
}
