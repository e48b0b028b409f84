import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { useMessages } from '../language/language.tsx';
import { isRefusedPassword, NewPasswordField } from '../new-password/new-password-field.tsx';
import { isPasswordLength } from '../new-password/password-length.ts';
import { forgetSession, SESSION } from '../session/session.tsx';
import { LinkFault, NoToken } from './link-fault.tsx';
import { useLinkToken } from './link-token.ts';
import { signInMessages } from './messages.ts';
import { SignInFrame } from './sign-in-frame.tsx';

const NAME_CHARACTERS = 200;

/** Where the link of an invitation leads: chooses a password, and signs in. */
export function AcceptPage() {
  const t = useMessages(signInMessages);
  const token = useLinkToken();
  return (
    <SignInFrame title={t.acceptTitle} note={t.acceptNote}>
      {token === null ? <NoToken /> : <AcceptForm token={token} />}
    </SignInFrame>
  );
}

function AcceptForm({ token }: { readonly token: string }) {
  const t = useMessages(signInMessages);
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [asked, setAsked] = useState(false);
  const accept = useMutation({
    mutationFn: () => {
      const own = name.trim();
      return api.acceptInvitation({ token, password, ...(own === '' ? {} : { name: own }) });
    },
    onSuccess: (signedIn) => {
      // Somebody else may have been signed in with this browser.
      forgetSession(queries);
      queries.setQueryData(SESSION, signedIn);
      return navigate('/', { replace: true });
    },
  });
  const isTooLong = name.trim().length > NAME_CHARACTERS;
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (isPasswordLength(password) && !isTooLong) accept.mutate();
  };
  return (
    <form onSubmit={ask} noValidate>
      <Stack gap="md">
        {accept.error === null || isRefusedPassword(accept.error) ? null : <LinkFault error={accept.error} />}
        <TextInput
          label={t.name}
          description={t.nameHelp}
          autoComplete="name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isTooLong ? t.nameWrong : undefined}
        />
        <NewPasswordField value={password} asked={asked} error={accept.error} onChange={setPassword} />
        <Button type="submit" loading={accept.isPending}>
          {t.accept}
        </Button>
      </Stack>
    </form>
  );
}
