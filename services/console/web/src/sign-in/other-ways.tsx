import { Anchor, Button, Divider, Stack } from '@mantine/core';
import { Link } from 'react-router';
import { useMessages } from '../language/language.tsx';
import { OPENID_PATH } from '../session/openid-path.ts';
import { signInMessages } from './messages.ts';
import { useWays } from './use-ways.ts';

/** What else there is besides address and password: the identity provider, and a link for a forgotten password. */
export function OtherWays() {
  const t = useMessages(signInMessages);
  const { data: ways } = useWays();
  if (ways === undefined) return null;
  return (
    <Stack gap="md" mt="md">
      {ways.reset_by_mail ? (
        <Anchor component={Link} to="/forgot-password" size="sm">
          {t.forgot}
        </Anchor>
      ) : null}
      {ways.openid === null ? null : (
        <>
          <Divider label={t.or} />
          <Button component="a" href={OPENID_PATH} variant="default" className="wrapping-button">
            {t.signInWith(ways.openid.name)}
          </Button>
        </>
      )}
    </Stack>
  );
}
