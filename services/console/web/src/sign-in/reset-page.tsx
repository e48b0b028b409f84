import { Alert, Button, Checkbox, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { useMessages } from '../language/language.tsx';
import { isRefusedPassword, NewPasswordField } from '../new-password/new-password-field.tsx';
import { isPasswordLength } from '../new-password/password-length.ts';
import { forgetSession } from '../session/session.tsx';
import { LinkFault, NoToken } from './link-fault.tsx';
import { useLinkToken } from './link-token.ts';
import { signInMessages } from './messages.ts';
import { acceptReset } from './sign-in-api.ts';
import { SignInFrame } from './sign-in-frame.tsx';

/** Where the link for a forgotten password leads: chooses a new one. */
export function ResetPage() {
  const t = useMessages(signInMessages);
  const token = useLinkToken();
  return (
    <SignInFrame title={t.resetTitle} note={t.resetNote}>
      {token === null ? <NoToken /> : <ResetForm token={token} />}
    </SignInFrame>
  );
}

function ResetForm({ token }: { readonly token: string }) {
  const t = useMessages(signInMessages);
  const api = useApi();
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const [revoke, setRevoke] = useState(true);
  const [asked, setAsked] = useState(false);
  const reset = useMutation({
    mutationFn: () => acceptReset(api, { token, password, revoke_tokens: revoke }),
    onSuccess: () => forgetSession(queries),
  });
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (isPasswordLength(password)) reset.mutate();
  };
  if (reset.isSuccess)
    return (
      <Stack gap="md">
        <Alert color="green" title={t.resetDone} role="status">
          {t.resetDoneHelp}
        </Alert>
        <Button component={Link} to="/sign-in">
          {t.toSignIn}
        </Button>
      </Stack>
    );
  return (
    <form onSubmit={ask} noValidate>
      <Stack gap="md">
        {reset.error === null || isRefusedPassword(reset.error) ? null : <LinkFault error={reset.error} />}
        <NewPasswordField value={password} asked={asked} error={reset.error} onChange={setPassword} />
        <Checkbox
          label={t.resetTokens}
          description={t.resetTokensHelp}
          checked={revoke}
          onChange={(event) => setRevoke(event.currentTarget.checked)}
        />
        <Button type="submit" loading={reset.isPending}>
          {t.save}
        </Button>
      </Stack>
    </form>
  );
}
