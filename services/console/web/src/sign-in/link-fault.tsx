import { Alert, Anchor, Stack } from '@mantine/core';
import { Link } from 'react-router';
import { codeOf } from '../api/api-error.ts';
import { useMessages } from '../language/language.tsx';
import { SignInFault } from './credentials-form.tsx';
import { signInMessages } from './messages.ts';

/** Stands where a link leads that has lost its token. */
export function NoToken() {
  const t = useMessages(signInMessages);
  return (
    <Stack gap="md">
      <Alert color="red" title={t.noToken} role="alert">
        {t.noTokenHelp}
      </Alert>
      <Anchor component={Link} to="/sign-in" size="sm">
        {t.toSignIn}
      </Anchor>
    </Stack>
  );
}

/** Says why a link could not be used. */
export function LinkFault({ error }: { readonly error: Error }) {
  const t = useMessages(signInMessages);
  if (codeOf(error) !== 'invalid_link') return <SignInFault error={error} />;
  return (
    <Alert color="red" title={t.linkOver} role="alert">
      {t.linkOverHelp}
    </Alert>
  );
}
