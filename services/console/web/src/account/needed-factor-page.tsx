import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import type { SignedIn } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { ConfirmPerson } from '../elements/confirm-person.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { UnsavedGuard } from '../elements/unsaved.tsx';
import { useMessages } from '../language/language.tsx';
import { SESSION, SessionProvider, useSessionQuery } from '../session/session.tsx';
import { useSignOut } from '../session/use-sign-out.ts';
import { CodeForm } from '../sign-in/code-form.tsx';
import { safePath } from '../sign-in/safe-path.ts';
import { SignInFrame } from '../sign-in/sign-in-frame.tsx';
import type { SecondFactorSecret } from './account-api.ts';
import { BeginSecondFactor } from './begin-second-factor.tsx';
import { ConfirmSecondFactor } from './confirm-second-factor.tsx';
import { accountMessages } from './messages.ts';
import { RecoveryCodes } from './recovery-codes.tsx';

/**
 * Where everybody goes first who has shown no second factor, if it is compulsory: they set it up, or give its code if they have one
 * and their identity provider did not ask for it. No other page opens until then.
 */
export function NeededFactorPage() {
  const t = useMessages(accountMessages);
  const [parameters] = useSearchParams();
  const { data: session, error, refetch } = useSessionQuery();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (session === null) return <Navigate to="/sign-in" replace />;
  if (session?.must_change_password === true) return <Navigate to="/first-password" replace />;
  if (codes === null && session?.needs_second_factor === false)
    return <Navigate to={safePath(parameters.get('to'))} replace />;
  if (codes === null && session !== undefined && session.second_factor !== 'none') return <GiveCode />;
  return (
    <SignInFrame title={t.neededTitle} note={t.neededNote}>
      {session === undefined && error === null ? <Loading lines={2} /> : null}
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {session === undefined ? null : (
        <UnsavedGuard>
          {codes === null ? (
            <SetUp
              session={session}
              done={(made) => {
                setCodes(made);
                void refetch();
              }}
            />
          ) : (
            <RecoveryCodes codes={codes} done={() => setCodes(null)} />
          )}
        </UnsavedGuard>
      )}
    </SignInFrame>
  );
}

interface SetUpProps {
  readonly session: SignedIn;
  done(codes: readonly string[]): void;
}

function SetUp({ session, done }: SetUpProps) {
  const t = useMessages(accountMessages);
  const [secret, setSecret] = useState<SecondFactorSecret | null>(null);
  const signOut = useSignOut();
  return (
    <SessionProvider value={session}>
      {signOut.error === null ? null : <Fault error={signOut.error} />}
      {secret === null ? (
        <Group align="flex-end">
          <BeginSecondFactor label={t.setUp} variant="filled" begun={setSecret} />
          <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>
            {t.signOut}
          </Button>
        </Group>
      ) : (
        <ConfirmSecondFactor secret={secret} cancel={() => setSecret(null)} done={done} />
      )}
      <ConfirmPerson />
    </SessionProvider>
  );
}

function GiveCode() {
  const t = useMessages(accountMessages);
  const api = useApi();
  const queries = useQueryClient();
  const signOut = useSignOut();
  const give = useMutation({
    mutationFn: (code: string) => api.showSecondFactor(code),
    onSuccess: (signedIn) => queries.setQueryData(SESSION, signedIn),
  });
  return (
    <SignInFrame title={t.stepTitle} note={t.neededCodeNote}>
      <CodeForm
        busy={give.isPending}
        error={give.error ?? signOut.error}
        forget={() => give.reset()}
        backLabel={t.signOut}
        back={() => signOut.mutate()}
        submit={(code) => give.mutate(code)}
      />
    </SignInFrame>
  );
}
