import type { ReactNode } from 'react';
import type { Order } from '../api/list-order.ts';

function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      {children}
    </svg>
  );
}

/** Shapes of the navigation, drawn with one stroke. */
export const NAV_ICONS = {
  home: (
    <Icon>
      <path d="M2 11h4l2-6 4 10 2-4h4" />
    </Icon>
  ),
  events: (
    <Icon>
      <path d="M3 5h9M3 10h14M3 15h6" />
    </Icon>
  ),
  operations: (
    <Icon>
      <path d="M3 4h14v4H3zm0 8h14v4H3zM6 6h.5M6 14h.5" />
    </Icon>
  ),
  explore: (
    <Icon>
      <path d="M8.5 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM12.5 12.5l5 5M6 9.5l2-2 1.5 1.5L11.5 7" />
    </Icon>
  ),
  dashboards: (
    <Icon>
      <path d="M3 3h6v8H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 13h6v4H3z" />
    </Icon>
  ),
  profiles: (
    <Icon>
      <path d="M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 17a6.5 6.5 0 0 1 13 0" />
    </Icon>
  ),
  segments: (
    <Icon>
      <path d="M10 2.5V10l6.5 3.7M10 2.5a7.5 7.5 0 1 0 6.5 11.2A7.5 7.5 0 0 0 10 2.5z" />
    </Icon>
  ),
  lists: (
    <Icon>
      <path d="M7 5h10M7 10h10M7 15h10M3 5h.5M3 10h.5M3 15h.5" />
    </Icon>
  ),
  destinations: (
    <Icon>
      <path d="M3 10h9m-4-4 4 4-4 4M12 3h5v14h-5" />
    </Icon>
  ),
  deliveries: (
    <Icon>
      <path d="M3 5h14v10H3zm0 1 7 5 7-5" />
    </Icon>
  ),
  sources: (
    <Icon>
      <path d="M8 10h9m-4-4-5 4 5 4M8 3H3v14h5" />
    </Icon>
  ),
  rejected: (
    <Icon>
      <path d="M10 2.5l8 14H2zM10 8v4m0 2v.5" />
    </Icon>
  ),
  people: (
    <Icon>
      <path d="M7 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM1.5 16.5a5.5 5.5 0 0 1 11 0M13 9a2.5 2.5 0 1 0 0-5M14.5 11.5a5 5 0 0 1 4 5" />
    </Icon>
  ),
  tokens: (
    <Icon>
      <path d="M8 12a4 4 0 1 1 3.5-3.5L17 14v3h-3v-2h-2v-2z" />
    </Icon>
  ),
  audit: (
    <Icon>
      <path d="M5 2.5h10v15H5zM8 7h4M8 10h4M8 13h2" />
    </Icon>
  ),
} as const;

/** A glass that magnifies. */
export function SearchIcon() {
  return (
    <Icon>
      <path d="M8.5 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM12.5 12.5l5 5" />
    </Icon>
  );
}

/** Points down, or up when `open`. */
export function ChevronIcon({ open }: { readonly open: boolean }) {
  return <Icon>{open ? <path d="M5 12l5-5 5 5" /> : <path d="M5 8l5 5 5-5" />}</Icon>;
}

/** Which way a list is sorted; both ways, faintly, where it is not. */
export function SortIcon({ order }: { readonly order: Order | null }) {
  return (
    <svg className="sort-icon" viewBox="0 0 10 14" aria-hidden="true">
      <path d="M2 5l3-3 3 3" opacity={order === null ? 0.45 : order.descending ? 0.15 : 1} />
      <path d="M2 9l3 3 3-3" opacity={order === null ? 0.45 : order.descending ? 1 : 0.15} />
    </svg>
  );
}

/** Sun, moon, or half of both. */
export function SchemeIcon({ scheme }: { readonly scheme: 'light' | 'dark' | 'auto' }) {
  if (scheme === 'light')
    return (
      <Icon>
        <path d="M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM10 1v2m0 14v2M1 10h2m14 0h2M3.6 3.6 5 5m10 10 1.4 1.4m0-12.800L15 5M5 15l-1.4 1.4" />
      </Icon>
    );
  if (scheme === 'dark')
    return (
      <Icon>
        <path d="M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z" />
      </Icon>
    );
  return (
    <Icon>
      <path d="M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm0 0v14M10 6h4.5M10 10h7M10 14h4.5" />
    </Icon>
  );
}
