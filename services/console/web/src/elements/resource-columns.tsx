import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { Column } from './list-table.tsx';
import { StateMark } from './state-mark.tsx';

/** What a resource is known by. */
interface Named {
  readonly key: string;
  readonly name: string;
}

/** The column of a resource's name, which leads to the resource's page; `to`: that page's path. */
export function nameColumn(label: string, to: (item: Named) => string): Column<Named> {
  return {
    key: 'name',
    label,
    cell: (item) => (
      <Anchor component={Link} to={to(item)} fw={600}>
        {item.name}
      </Anchor>
    ),
  };
}

/** The column that says whether a resource is enabled; `t`: its heading, and a word for each state. */
export function stateColumn(t: {
  readonly state: string;
  readonly enabled: string;
  readonly disabled: string;
}): Column<{ readonly enabled: boolean }> {
  return {
    key: 'state',
    label: t.state,
    cell: ({ enabled }) => <StateMark mood={enabled ? 'good' : 'idle'}>{enabled ? t.enabled : t.disabled}</StateMark>,
  };
}
