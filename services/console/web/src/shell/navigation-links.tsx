import { NavLink as NavItem, Text } from '@mantine/core';
import { NavLink, useLocation } from 'react-router';
import { useMessages } from '../language/language.tsx';
import { hasRight, useSession } from '../session/session.tsx';
import { NAV_ICONS } from '../elements/icons.tsx';
import { shellMessages } from './messages.ts';
import { NAVIGATION } from './navigation.ts';

/** The pages that the person can see; `onGo` is called when one is chosen. */
export function NavigationLinks({ onGo }: { readonly onGo: () => void }) {
  const t = useMessages(shellMessages);
  const { pathname } = useLocation();
  const { rights } = useSession();
  return NAVIGATION.map(({ name, pages }) => {
    const open = pages.filter(({ right }) => right === undefined || hasRight(rights, right));
    if (open.length === 0) return null;
    return (
      <div key={name} className="nav-group">
        <Text size="xs" c="dimmed" fw={600} px="sm">
          {t[name]}
        </Text>
        {open.map((page) => (
          <NavItem
            key={page.path}
            component={NavLink}
            to={page.path}
            end={page.path === '/'}
            label={t[page.name]}
            leftSection={NAV_ICONS[page.name]}
            active={page.path === '/' ? pathname === '/' : isWithin(pathname, page.path)}
            onClick={onGo}
          />
        ))}
      </div>
    );
  });
}

function isWithin(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(`${path}/`);
}
