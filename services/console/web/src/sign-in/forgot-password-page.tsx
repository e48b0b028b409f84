import { Alert, Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { useMessages } from '../language/language.tsx';
import { SignInFault } from './credentials-form.tsx';
import { signInMessages } from './messages.ts';
import { requestReset } from './sign-in-api.ts';
import { SignInFrame } from './sign-in-frame.tsx';

/** Sends a link to choose a new password. The page does not say whether somebody has the address. */
export function ForgotPasswordPage() {
  const t = useMessages(signInMessages);
  const api = useApi();
  const [email, setEmail] = useState('');
  const [asked, setAsked] = useState(false);
  const request = useMutation({ mutationFn: () => requestReset(api, email.trim()) });
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (email.trim() !== '') request.mutate();
  };
  return (
    <SignInFrame title={t.forgotTitle} note={t.forgotNote}>
      <Stack gap="md">
        {request.isSuccess ? (
          <Alert color="green" title={t.linkSent} role="status">
            {t.linkSentHelp(email.trim())}
          </Alert>
        ) : (
          <form onSubmit={ask} noValidate>
            <Stack gap="md">
              {request.error === null ? null : <SignInFault error={request.error} />}
              <TextInput
                label={t.email}
                type="email"
                autoComplete="username"
                autoFocus
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
                error={asked && email.trim() === '' ? t.needEmail : undefined}
              />
              <Button type="submit" loading={request.isPending}>
                {t.sendLink}
              </Button>
            </Stack>
          </form>
        )}
        <Anchor component={Link} to="/sign-in" size="sm">
          {t.toSignIn}
        </Anchor>
      </Stack>
    </SignInFrame>
  );
}
