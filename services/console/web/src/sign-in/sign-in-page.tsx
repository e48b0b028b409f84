import { Alert, Button, Center, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { statusOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { PasswordField } from '../elements/password-field.tsx';
import { useDocumentTitle } from '../elements/page-title.tsx';
import { useMessages } from '../language/language.tsx';
import { LanguageChoice } from '../elements/language-choice.tsx';
import { Logo } from '../elements/logo.tsx';
import { SchemeChoice } from '../elements/scheme-choice.tsx';
import { signInMessages } from './messages.ts';
import { SESSION, useSessionQuery } from '../session/session.tsx';

/** The sign-in page. */
export function SignInPage() {
  const t = useMessages(signInMessages);
  const [parameters] = useSearchParams();
  const session = useSessionQuery();
  useDocumentTitle(t.title);
  if (session.data) return <Navigate to={safePath(parameters.get('to'))} replace />;
  return (
    <Center mih="100vh" p="md">
      <Stack w="100%" maw={400} gap="md">
        <Group justify="space-between">
          <Logo />
          <Group gap="xs">
            <LanguageChoice />
            <SchemeChoice />
          </Group>
        </Group>
        <main>
          <Paper withBorder p="lg">
            <Title order={1} size="h3">
              {t.title}
            </Title>
            <Text c="dimmed" mb="md">
              {t.welcome}
            </Text>
            <SignInForm />
          </Paper>
        </main>
      </Stack>
    </Center>
  );
}

function SignInForm() {
  const t = useMessages(signInMessages);
  const api = useApi();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [asked, setAsked] = useState(false);
  const signIn = useMutation({
    mutationFn: () => api.signIn(email.trim(), password),
    onSuccess: (signedIn) => queries.setQueryData(SESSION, signedIn),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (email.trim() !== '' && password !== '') signIn.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {signIn.error === null ? null : <SignInFault error={signIn.error} />}
        <TextInput
          label={t.email}
          type="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={asked && email.trim() === '' ? t.needEmail : undefined}
        />
        <PasswordField
          label={t.password}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={asked && password === '' ? t.needPassword : undefined}
        />
        <Button type="submit" loading={signIn.isPending}>
          {t.signIn}
        </Button>
      </Stack>
    </form>
  );
}

function SignInFault({ error }: { readonly error: Error }) {
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

/** Where to go after signing in: one of the console's own paths, whatever the address asked for. */
export function safePath(wanted: string | null): string {
  return wanted !== null && /^\/(?![/\\])/.test(wanted) ? wanted : '/';
}
