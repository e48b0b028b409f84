import { Button, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ResourceList as List } from '../api/use-list.ts';
import { useMessages } from '../language/language.tsx';
import { Empty } from './empty.tsx';
import type { Column } from './list-table.tsx';
import { elementMessages } from './messages.ts';
import { PageTitle } from './page-title.tsx';
import { PagedTable } from './paged-table.tsx';

interface ResourceListProps<T> {
  readonly list: List<T>;
  /** Describes the table, for people who cannot see it. */
  readonly caption: string;
  readonly columns: readonly Column<NoInfer<T>>[];
  keyOf(item: T): string;
  /** More about an item, shown below its row on request. */
  readonly details?: (item: T) => ReactNode;
  /** For an empty list: what is missing, and what to do next. */
  readonly empty: { readonly title: string; readonly help: string };
  /** Link to create one; null: the person may not, or it is created elsewhere. */
  readonly create: CreateLink | null;
}

interface CreateLink {
  readonly label: string;
  readonly to: string;
}

interface ResourceListPageProps<T> extends ResourceListProps<T> {
  readonly title: string;
  /** One line on what these are. */
  readonly note: string;
  /** Below the list. */
  readonly children?: ReactNode;
}

/** The page of all resources of a kind. */
export function ResourceListPage<T>({ title, note, children, ...list }: ResourceListPageProps<T>) {
  return (
    <>
      <PageTitle title={title} note={note}>
        <Create link={list.create} />
      </PageTitle>
      <ResourceList {...list} />
      {children}
    </>
  );
}

/** All resources of a kind, searchable and sortable. */
export function ResourceList<T>({ list, caption, columns, keyOf, details, empty, create }: ResourceListProps<T>) {
  const t = useMessages(elementMessages);
  const { pages, search, setSearch, order, sorts, sortBy } = list;
  const isSearched = search.trim() !== '';
  return (
    <>
      {isSearched || pages.items === undefined || pages.items.length > 0 ? (
        <search>
          <TextInput
            type="search"
            mb="md"
            maw={360}
            aria-label={t.search}
            placeholder={t.search}
            value={search}
            maxLength={200}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </search>
      ) : null}
      <PagedTable
        pages={pages}
        empty={
          isSearched ? (
            <Empty
              title={t.nothingFits(search.trim())}
              action={
                <Button variant="default" onClick={() => setSearch('')}>
                  {t.clearSearch}
                </Button>
              }
            >
              {null}
            </Empty>
          ) : (
            <Empty title={empty.title} action={<Create link={create} />}>
              {empty.help}
            </Empty>
          )
        }
        caption={caption}
        keyOf={keyOf}
        columns={columns}
        sorting={{ order, sorts, sortBy }}
        {...(details === undefined ? {} : { details })}
      />
    </>
  );
}

function Create({ link }: { readonly link: CreateLink | null }) {
  if (link === null) return null;
  return (
    <Button component={Link} to={link.to}>
      {link.label}
    </Button>
  );
}
