import { Alert, AppShell, Burger, Group, ScrollArea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense, useEffect, useRef } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { ConfirmPerson } from '../elements/confirm-person.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { elementMessages } from '../elements/messages.ts';
import { UnsavedGuard } from '../elements/unsaved.tsx';
import { useOnline } from '../live/use-online.ts';
import { useMessages, ZoneProvider } from '../language/language.tsx';
import { SessionProvider, useSessionQuery } from '../session/session.tsx';
import { AccountMenu } from './account-menu.tsx';
import { LanguageChoice } from '../elements/language-choice.tsx';
import { Logo } from '../elements/logo.tsx';
import { Keys } from './keys.tsx';
import { shellMessages } from './messages.ts';
import { NavigationLinks } from './navigation-links.tsx';
import { SchemeChoice } from '../elements/scheme-choice.tsx';

/**
 * The frame of all pages for those who are signed in. Others are sent to sign in, to choose a password of their own, or to the
 * second step, and come back after.
 */
export function Shell() {
  const { pathname, search } = useLocation();
  const session = useSessionQuery();
  if (session.data === undefined) {
    return (
      <main className="bare">
        {session.error === null ? <Loading /> : <Fault error={session.error} retry={() => void session.refetch()} />}
      </main>
    );
  }
  const refused = pathname === '/' ? new URLSearchParams(search).get('sign_in_refused') : null;
  if (refused !== null) {
    const page = session.data === null ? '/sign-in' : '/account';
    return <Navigate to={`${page}?${new URLSearchParams({ sign_in_refused: refused }).toString()}`} replace />;
  }
  const back = pathname === '/' && search === '' ? '' : `?to=${encodeURIComponent(`${pathname}${search}`)}`;
  if (session.data === null) return <Navigate to={`/sign-in${back}`} replace />;
  if (session.data.must_change_password) return <Navigate to={`/first-password${back}`} replace />;
  if (session.data.needs_second_factor) return <Navigate to={`/second-factor${back}`} replace />;
  return (
    <SessionProvider value={session.data}>
      <ZoneProvider zone={session.data.time_zone}>
        <Frame />
        <ConfirmPerson />
      </ZoneProvider>
    </SessionProvider>
  );
}

function Frame() {
  const t = useMessages(shellMessages);
  const [open, { toggle, close }] = useDisclosure();
  const main = useFocusOnNavigation();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={{ base: 'md', sm: 'lg' }}
      transitionDuration={0}
    >
      <a className="skip" href="#content">
        {t.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={open}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t.openMenu}
              aria-expanded={open}
            />
            <Logo />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Keys />
            <LanguageChoice />
            <SchemeChoice />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label={t.pages} data-closed={!open}>
        <ScrollArea p="xs" type="auto">
          <NavigationLinks onGo={close} />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} ref={main}>
        <div className="page">
          <OfflineNote />
          <UnsavedGuard>
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          </UnsavedGuard>
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

/** Says on every page that the browser has no connection. */
function OfflineNote() {
  const t = useMessages(elementMessages);
  const online = useOnline();
  return (
    <div role="status">
      {online ? null : (
        <Alert color="red" mb="md">
          {t.cut}
        </Alert>
      )}
    </div>
  );
}

/** After going to another page the keyboard, and a screen reader, begin at its content. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}
