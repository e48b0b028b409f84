import { createBrowserRouter, type RouteObject } from 'react-router';
import { Loading } from './elements/loading.tsx';
import { PageFault } from './shell/page-fault.tsx';
import { Shell } from './shell/shell.tsx';
import { UnknownPage } from './shell/unknown-page.tsx';

/** Pages inside the frame; each is a chunk of its own that exports `Component`, loaded when it is first opened. */
const PAGES: readonly RouteObject[] = [
  { index: true, lazy: () => import('./home/home-page.tsx') },
  { path: 'events', lazy: () => import('./events/live-page.tsx') },
  { path: 'events/:messageId', lazy: () => import('./events/event-page.tsx') },
  { path: 'operations', lazy: () => import('./operations/operations-page.tsx') },
  { path: 'profiles', lazy: () => import('./profiles/find-profile-page.tsx') },
  { path: 'profiles/:identifier', lazy: () => import('./profiles/profile-page.tsx') },
  { path: 'segments', lazy: () => import('./segments/segments-page.tsx') },
  { path: 'segments/new', lazy: () => import('./segments/new-segment-page.tsx') },
  { path: 'segments/:key', lazy: () => import('./segments/segment-page.tsx') },
  { path: 'segments/:key/edit', lazy: () => import('./segments/edit-segment-page.tsx') },
  { path: 'destinations', lazy: () => import('./destinations/destinations-page.tsx') },
  { path: 'destinations/new', lazy: () => import('./destinations/new-destination-page.tsx') },
  { path: 'destinations/:key', lazy: () => import('./destinations/destination-page.tsx') },
  { path: 'deliveries', lazy: () => import('./destinations/deliveries-page.tsx') },
  { path: 'sources', lazy: () => import('./sources/sources-page.tsx') },
  { path: 'sources/new', lazy: () => import('./sources/new-source-page.tsx') },
  { path: 'sources/:key', lazy: () => import('./sources/source-page.tsx') },
  { path: 'rejected', lazy: () => import('./rejected/rejected-page.tsx') },
  { path: 'explore', lazy: () => import('./explore/explore-page.tsx') },
  { path: 'explore/saved', lazy: () => import('./explore/saved-queries-page.tsx') },
  { path: 'dashboards', lazy: () => import('./dashboards/dashboards-page.tsx') },
  { path: 'dashboards/:id', lazy: () => import('./dashboards/dashboard-page.tsx') },
  { path: 'people', lazy: () => import('./people/people-page.tsx') },
  { path: 'people/new', lazy: () => import('./people/new-person-page.tsx') },
  { path: 'account', lazy: () => import('./people/account-page.tsx') },
  { path: 'tokens/new', lazy: () => import('./people/new-token-page.tsx') },
  { path: 'tokens', lazy: () => import('./people/tokens-page.tsx') },
  { path: 'audit', lazy: () => import('./people/audit-page.tsx') },
  { path: '*', Component: UnknownPage },
];

/** The addresses of the console. */
export function createRouter() {
  return createBrowserRouter([
    {
      path: '/sign-in',
      lazy: () => import('./session/sign-in-page.tsx'),
      ErrorBoundary: PageFault,
      HydrateFallback: Loading,
    },
    {
      path: '/',
      Component: Shell,
      ErrorBoundary: PageFault,
      HydrateFallback: Loading,
      // A page that fails leaves the frame standing: the fault takes the place of the page alone.
      children: [{ ErrorBoundary: PageFault, children: [...PAGES] }],
    },
  ]);
}
