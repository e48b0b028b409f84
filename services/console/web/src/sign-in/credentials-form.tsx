import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { statusOf } from '../api/api-error.ts';
import { Fault } from '../elements/fault.tsx';
import { PasswordField } from '../elements/password-field.tsx';
import { useMessages } from '../language/language.tsx';
import { signInMessages } from './messages.ts';

interface CredentialsFormProps {
  readonly email: string;
  readonly password: string;
  readonly busy: boolean;
  /** Why nobody was signed in. */
  readonly error: Error | null;
  onEmail(email: string): void;
  onPassword(password: string): void;
  submit(): void;
}

/** Asks for address and password. */
export function CredentialsForm({ email, password, busy, error, onEmail, onPassword, submit }: CredentialsFormProps) {
  const t = useMessages(signInMessages);
  const [asked, setAsked] = useState(false);
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (email.trim() !== '' && password !== '') submit();
  };
  return (
    <form onSubmit={ask} noValidate>
      <Stack gap="md">
        {error === null ? null : <SignInFault error={error} />}
        <TextInput
          label={t.email}
          type="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={(event) => onEmail(event.currentTarget.value)}
          error={asked && email.trim() === '' ? t.needEmail : undefined}
        />
        <PasswordField
          label={t.password}
          autoComplete="current-password"
          value={password}
          onChange={(event) => onPassword(event.currentTarget.value)}
          error={asked && password === '' ? t.needPassword : undefined}
        />
        <Button type="submit" loading={busy}>
          {t.signIn}
        </Button>
      </Stack>
    </form>
  );
}

/** Says why somebody could not sign in. */
export function SignInFault({ error }: { readonly error: Error }) {
  const t = useMessages(signInMessages);
  const status = statusOf(error);
  if (status !== 401 && status !== 429) return <Fault error={error} />;
  const [title, help] = status === 401 ? [t.wrong, t.wrongHelp] : [t.tooMany, t.tooManyHelp];
  return (
    <Alert color="red" title={title} role="alert">
      {help}
    </Alert>
  );
}
