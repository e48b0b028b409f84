import type { Scope } from '../api/api.ts';

/** A page that the navigation leads to. */
interface NavPage {
  /** Names its text and its icon. */
  readonly name:
    | 'home'
    | 'events'
    | 'operations'
    | 'explore'
    | 'dashboards'
    | 'profiles'
    | 'segments'
    | 'lists'
    | 'destinations'
    | 'deliveries'
    | 'sources'
    | 'rejected'
    | 'people'
    | 'tokens'
    | 'audit';
  readonly path: string;
  /** Without this right, the page is not offered. */
  readonly right?: Scope;
}

/** Pages that belong together. */
interface NavGroup {
  readonly name: 'watch' | 'customers' | 'flow' | 'settings';
  readonly pages: readonly NavPage[];
}

/** The navigation, top to bottom; a new page is added here and in `routes.tsx`. */
export const NAVIGATION: readonly NavGroup[] = [
  {
    name: 'watch',
    pages: [
      { name: 'home', path: '/' },
      { name: 'events', path: '/events' },
      { name: 'dashboards', path: '/dashboards' },
      { name: 'explore', path: '/explore' },
      { name: 'operations', path: '/operations' },
    ],
  },
  {
    name: 'customers',
    pages: [
      { name: 'profiles', path: '/profiles' },
      { name: 'segments', path: '/segments' },
      { name: 'lists', path: '/lists' },
    ],
  },
  {
    name: 'flow',
    pages: [
      { name: 'sources', path: '/sources' },
      { name: 'rejected', path: '/rejected' },
      { name: 'destinations', path: '/destinations' },
      { name: 'deliveries', path: '/deliveries' },
    ],
  },
  {
    name: 'settings',
    pages: [
      { name: 'people', path: '/people', right: 'people:read' },
      { name: 'tokens', path: '/tokens' },
      { name: 'audit', path: '/audit', right: 'people:read' },
    ],
  },
];
