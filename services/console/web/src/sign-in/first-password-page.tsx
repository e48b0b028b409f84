import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Navigate, useSearchParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { errorBesideFields, isComplete, PasswordChangeFields } from '../new-password/password-change-fields.tsx';
import { SESSION, useSessionQuery } from '../session/session.tsx';
import { useSignOut } from '../session/use-sign-out.ts';
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
  const save = useMutation({
    mutationFn: () => api.changePassword(draft),
    onSuccess: (signedIn) => queries.setQueryData(SESSION, signedIn),
  });
  const signOut = useSignOut();
  return (
    <ResourceForm
      action={t.save}
      busy={save.isPending}
      error={errorBesideFields(save.error) ?? signOut.error}
      changed={false}
      others={
        <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t.signOut}
        </Button>
      }
      submit={() => {
        if (isComplete(draft)) save.mutate();
      }}
    >
      {(asked) => <PasswordChangeFields draft={draft} asked={asked} error={save.error} change={change} />}
    </ResourceForm>
  );
}
