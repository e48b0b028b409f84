import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** A figure that leads to the page that shows more. */
export interface Tile {
  readonly name: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly to: string;
}

/** Figures side by side; all of a tile is its link. */
export function Tiles({ tiles }: { readonly tiles: readonly Tile[] }) {
  return (
    <dl className="tiles">
      {tiles.map(({ name, value, note, to }) => (
        <div key={name}>
          <dt>
            <Anchor component={Link} to={to} inherit c="dimmed">
              {name}
            </Anchor>
          </dt>
          <dd>{value}</dd>
          {note === undefined ? null : <dd className="tile-note">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
