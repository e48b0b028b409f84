import { Button, Menu } from '@mantine/core';
import { Link } from 'react-router';
import { elementMessages } from '../elements/messages.ts';
import { useMessages } from '../language/language.tsx';
import { useSession } from '../session/session.tsx';
import { useSignOut } from '../session/use-sign-out.ts';
import { shellMessages } from './messages.ts';

/** The signed-in person, and the way out. */
export function AccountMenu() {
  const t = useMessages(shellMessages);
  const roles = useMessages(elementMessages);
  const { user } = useSession();
  const signOut = useSignOut();
  const name = user.name === '' ? user.email : user.name;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="xs" px="xs" className="account" aria-label={t.account(name)}>
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.email}
          <br />
          {roles[user.role]}
        </Menu.Label>
        <Menu.Item component={Link} to="/account">
          {t.ownAccount}
        </Menu.Item>
        <Menu.Item closeMenuOnClick={false} onClick={() => signOut.mutate()}>
          {t.signOut}
        </Menu.Item>
        {signOut.error === null ? null : (
          <Menu.Label role="alert" maw={280}>
            {t.notSignedOut}
          </Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
