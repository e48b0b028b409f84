import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Navigate, useSearchParams } from 'react-router';
import { codeOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { PasswordField } from '../elements/password-field.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { isRefusedPassword, NewPasswordField } from '../new-password/new-password-field.tsx';
import { isPasswordLength } from '../new-password/password-length.ts';
import { forgetSession, SESSION, useSessionQuery } from '../session/session.tsx';
import { signInMessages } from './messages.ts';
import { safePath } from './safe-path.ts';
import { SignInFrame } from './sign-in-frame.tsx';

/** Where everybody goes first whose password somebody else knows: no other page opens until they have chosen one. */
export function FirstPasswordPage() {
  const t = useMessages(signInMessages);
  const [parameters] = useSearchParams();
  const { data: session, error, refetch } = useSessionQuery();
  const to = safePath(parameters.get('to'));
  if (session === null) return <Navigate to="/sign-in" replace />;
  if (session?.must_change_password === false) return <Navigate to={to} replace />;
  return (
    <SignInFrame title={t.firstTitle} note={t.firstNote}>
      {session === undefined && error === null ? <Loading lines={2} /> : null}
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {session === undefined ? null : <FirstPasswordForm />}
    </SignInFrame>
  );
}

function FirstPasswordForm() {
  const t = useMessages(signInMessages);
  const api = useApi();
  const queries = useQueryClient();
  const { draft, change } = useDraft({ current: '', next: '' });
  const { current, next } = draft;
  const save = useMutation({
    mutationFn: () => api.changePassword({ current, next }),
    onSuccess: (signedIn) => queries.setQueryData(SESSION, signedIn),
  });
  const signOut = useMutation({ mutationFn: () => api.signOut(), onSuccess: () => forgetSession(queries) });
  const isWrong = codeOf(save.error) === 'wrong_password';
  return (
    <ResourceForm
      action={t.save}
      busy={save.isPending}
      error={isWrong || isRefusedPassword(save.error) ? signOut.error : (save.error ?? signOut.error)}
      changed={false}
      others={
        <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t.signOut}
        </Button>
      }
      submit={() => {
        if (current !== '' && isPasswordLength(next)) save.mutate();
      }}
    >
      {(asked) => (
        <>
          <PasswordField
            label={t.current}
            autoComplete="current-password"
            value={current}
            onChange={(event) => change({ current: event.currentTarget.value })}
            error={isWrong || (asked && current === '') ? t.currentWrong : undefined}
          />
          <NewPasswordField
            value={next}
            asked={asked}
            error={save.error}
            onChange={(password) => change({ next: password })}
          />
        </>
      )}
    </ResourceForm>
  );
}
