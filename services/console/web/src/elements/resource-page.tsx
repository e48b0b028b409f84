import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Fault } from './fault.tsx';
import { Loading } from './loading.tsx';
import { PageTitle } from './page-title.tsx';

interface ResourcePageProps<T> {
  /** Reads it. */
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  readonly title: string;
  readonly note?: ReactNode;
  /** Actions on it. */
  readonly actions?: (item: T) => ReactNode;
  children(item: T): ReactNode;
}

/** The page of one resource in any state: loading, failed, or here. */
export function ResourcePage<T>({ query, title, note, actions, children }: ResourcePageProps<T>) {
  const { data, error, refetch } = query;
  return (
    <>
      <PageTitle title={title} note={note}>
        {data === undefined ? undefined : actions?.(data)}
      </PageTitle>
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {data === undefined ? error === null && <Loading /> : children(data)}
    </>
  );
}
