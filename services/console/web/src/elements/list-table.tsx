import { ActionIcon, UnstyledButton } from '@mantine/core';
import { Fragment, memo, type ReactNode, useId, useState } from 'react';
import type { Order } from '../api/list-order.ts';
import { useMessages } from '../language/language.tsx';
import { ChevronIcon, SortIcon } from './icons.tsx';
import { elementMessages } from './messages.ts';

/** A column of a list. */
export interface Column<T> {
  readonly key: string;
  readonly label: string;
  readonly align?: 'end';
  /** For identifiers and addresses, which may break anywhere: a word never does. */
  readonly code?: true;
  cell(item: T): ReactNode;
}

/** What a table of a list is made of. */
export interface ListTableProps<T> {
  /** Describes the table, for people who cannot see it. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  keyOf(item: T): string;
  /** More about an item, shown below its row on request. */
  readonly details?: (item: T) => ReactNode;
  /** Sortable columns; absent: the list has its own order. */
  readonly sorting?: Sorting;
}

interface Sorting {
  readonly order: Order | null;
  /** Keys of the columns. */
  readonly sorts: readonly string[];
  sortBy(key: string): void;
}

/**
 * A list as a table; on a narrow screen each row becomes a card whose values carry their column's name. The roles are
 * explicit because a table with another layout loses them.
 */
export function ListTable<T>({ caption, columns, items, keyOf, details, sorting }: ListTableProps<T>) {
  return (
    <table className="list-table" role="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ key, label, align }) => (
            <th
              key={key}
              scope="col"
              role="columnheader"
              data-align={align}
              aria-sort={sorting?.order?.key === key ? directionOf(sorting.order) : undefined}
            >
              {sorting?.sorts.includes(key) === true ? (
                <UnstyledButton className="sort-button" onClick={() => sorting.sortBy(key)}>
                  {label}
                  <SortIcon order={sorting.order?.key === key ? sorting.order : null} />
                </UnstyledButton>
              ) : (
                label
              )}
            </th>
          ))}
          {details === undefined ? null : <DetailsHead />}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items.map((item) => (
          <SameRow key={keyOf(item)} item={item} columns={columns} details={details} />
        ))}
      </tbody>
    </table>
  );
}

interface ListRowProps<T> {
  readonly item: T;
  readonly columns: readonly Column<T>[];
  readonly details: ((item: T) => ReactNode) | undefined;
}

function ListRow<T>({ item, columns, details }: ListRowProps<T>) {
  const t = useMessages(elementMessages);
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <Fragment>
      <tr role="row">
        {columns.map(({ key, label, align, code, cell }) => (
          <td key={key} role="cell" data-label={label} data-align={align} data-code={code}>
            {cell(item)}
          </td>
        ))}
        {details === undefined ? null : (
          <td role="cell" data-align="end">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={open ? t.hide : t.show}
              aria-expanded={open}
              aria-controls={open ? id : undefined}
              onClick={() => setOpen(!open)}
            >
              <ChevronIcon open={open} />
            </ActionIcon>
          </td>
        )}
      </tr>
      {details === undefined || !open ? null : (
        <tr role="row" id={id} className="list-details">
          <td role="cell" colSpan={columns.length + 1}>
            {details(item)}
          </td>
        </tr>
      )}
    </Fragment>
  );
}

/** A row is redrawn only if its item or the columns change: a live list of a hundred draws only the new ones. */
const SameRow = memo(ListRow) as typeof ListRow;

function directionOf({ descending }: Order): 'ascending' | 'descending' {
  return descending ? 'descending' : 'ascending';
}

function DetailsHead() {
  const t = useMessages(elementMessages);
  return (
    <th scope="col" role="columnheader">
      <span className="visually-hidden">{t.show}</span>
    </th>
  );
}
