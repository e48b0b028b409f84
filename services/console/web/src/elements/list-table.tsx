import { ActionIcon } from '@mantine/core';
import { Fragment, memo, type ReactNode, useId, useState } from 'react';
import { useMessages } from '../language/language.tsx';
import { ChevronIcon } from '../shell/icons.tsx';
import { elementMessages } from './messages.ts';

/** A column of a list. */
export interface Column<T> {
  readonly key: string;
  readonly label: string;
  readonly align?: 'end';
  cell(item: T): ReactNode;
}

interface ListTableProps<T> {
  /** Says what the table lists, for those who can't see it. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  keyOf(item: T): string;
  /** More about an item, shown below its row when asked for. */
  readonly details?: (item: T) => ReactNode;
}

/**
 * A list as a table; on a narrow screen each row becomes a card whose values carry their column's name. The roles are
 * written out because a table that is laid out otherwise loses them.
 */
export function ListTable<T>({ caption, columns, items, keyOf, details }: ListTableProps<T>) {
  return (
    <table className="list-table" role="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ key, label, align }) => (
            <th key={key} scope="col" role="columnheader" data-align={align}>
              {label}
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
        {columns.map(({ key, label, align, cell }) => (
          <td key={key} role="cell" data-label={label} data-align={align}>
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

/** A row is drawn again only where its item or the columns are others: a live list of a hundred draws the few that came. */
const SameRow = memo(ListRow) as typeof ListRow;

function DetailsHead() {
  const t = useMessages(elementMessages);
  return (
    <th scope="col" role="columnheader">
      <span className="visually-hidden">{t.show}</span>
    </th>
  );
}
