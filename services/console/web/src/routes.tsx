import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { chunk } from './elements/chunk.ts';
import { Loading } from './elements/loading.tsx';
import { PageFault } from './shell/page-fault.tsx';
import { Shell } from './shell/shell.tsx';
import { UnknownPage } from './shell/unknown-page.tsx';

/**
 * A page of a chunk of its own, which is loaded when it is first opened. The page has a name of its own, which stack traces
 * show.
 */
function page<Name extends string>(load: () => Promise<Readonly<Record<Name, ComponentType>>>, name: Name) {
  return async () => ({ Component: (await chunk(load))[name] });
}

/** Pages without the frame, before somebody is signed in. */
const BEFORE: readonly RouteObject[] = [
  { path: '/sign-in', lazy: page(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage') },
  { path: '/first-password', lazy: page(() => import('./sign-in/first-password-page.tsx'), 'FirstPasswordPage') },
  { path: '/second-factor', lazy: page(() => import('./account/needed-factor-page.tsx'), 'NeededFactorPage') },
  { path: '/forgot-password', lazy: page(() => import('./sign-in/forgot-password-page.tsx'), 'ForgotPasswordPage') },
  { path: '/accept', lazy: page(() => import('./sign-in/accept-page.tsx'), 'AcceptPage') },
  { path: '/reset', lazy: page(() => import('./sign-in/reset-page.tsx'), 'ResetPage') },
];

/** Pages inside the frame. */
const PAGES: readonly RouteObject[] = [
  { index: true, lazy: page(() => import('./home/home-page.tsx'), 'HomePage') },
  { path: 'events', lazy: page(() => import('./events/live-page.tsx'), 'LivePage') },
  { path: 'events/:messageId', lazy: page(() => import('./events/event-page.tsx'), 'EventPage') },
  { path: 'operations', lazy: page(() => import('./operations/operations-page.tsx'), 'OperationsPage') },
  { path: 'profiles', lazy: page(() => import('./profiles/find-profile-page.tsx'), 'FindProfilePage') },
  { path: 'profiles/:id', lazy: page(() => import('./profiles/profile-page.tsx'), 'ProfilePage') },
  { path: 'segments', lazy: page(() => import('./segments/segments-page.tsx'), 'SegmentsPage') },
  { path: 'segments/new', lazy: page(() => import('./segments/new-segment-page.tsx'), 'NewSegmentPage') },
  { path: 'segments/:key', lazy: page(() => import('./segments/segment-page.tsx'), 'SegmentPage') },
  { path: 'segments/:key/edit', lazy: page(() => import('./segments/edit-segment-page.tsx'), 'EditSegmentPage') },
  { path: 'lists', lazy: page(() => import('./lists/lists-page.tsx'), 'ListsPage') },
  { path: 'lists/new', lazy: page(() => import('./lists/new-list-page.tsx'), 'NewListPage') },
  { path: 'lists/:key', lazy: page(() => import('./lists/list-page.tsx'), 'ListPage') },
  { path: 'destinations', lazy: page(() => import('./destinations/destinations-page.tsx'), 'DestinationsPage') },
  {
    path: 'destinations/new',
    lazy: page(() => import('./destinations/new-destination-page.tsx'), 'NewDestinationPage'),
  },
  { path: 'destinations/:key', lazy: page(() => import('./destinations/destination-page.tsx'), 'DestinationPage') },
  { path: 'deliveries', lazy: page(() => import('./destinations/deliveries-page.tsx'), 'DeliveriesPage') },
  { path: 'sources', lazy: page(() => import('./sources/sources-page.tsx'), 'SourcesPage') },
  { path: 'sources/new', lazy: page(() => import('./sources/new-source-page.tsx'), 'NewSourcePage') },
  { path: 'sources/:key', lazy: page(() => import('./sources/source-page.tsx'), 'SourcePage') },
  { path: 'rejected', lazy: page(() => import('./rejected/rejected-page.tsx'), 'RejectedPage') },
  { path: 'explore', lazy: page(() => import('./explore/explore-page.tsx'), 'ExplorePage') },
  { path: 'explore/saved', lazy: page(() => import('./explore/saved-queries-page.tsx'), 'SavedQueriesPage') },
  { path: 'dashboards', lazy: page(() => import('./dashboards/dashboards-page.tsx'), 'DashboardsPage') },
  { path: 'dashboards/:id', lazy: page(() => import('./dashboards/dashboard-page.tsx'), 'DashboardPage') },
  { path: 'people', lazy: page(() => import('./people/people-page.tsx'), 'PeoplePage') },
  { path: 'people/new', lazy: page(() => import('./people/new-person-page.tsx'), 'NewPersonPage') },
  { path: 'account', lazy: page(() => import('./account/account-page.tsx'), 'AccountPage') },
  { path: 'tokens/new', lazy: page(() => import('./people/new-token-page.tsx'), 'NewTokenPage') },
  { path: 'tokens', lazy: page(() => import('./people/tokens-page.tsx'), 'TokensPage') },
  { path: 'audit', lazy: page(() => import('./audit/audit-page.tsx'), 'AuditPage') },
  { path: '*', Component: UnknownPage },
];

/** The addresses of the console. */
export function createRouter() {
  return createBrowserRouter([
    ...BEFORE.map((route) => ({ ...route, ErrorBoundary: PageFault, HydrateFallback: Loading })),
    {
      path: '/',
      Component: Shell,
      ErrorBoundary: PageFault,
      HydrateFallback: Loading,
      // If a page fails, the frame stays: the fault replaces only the page.
      children: [{ ErrorBoundary: PageFault, children: [...PAGES] }],
    },
  ]);
}
