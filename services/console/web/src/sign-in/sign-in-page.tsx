import { useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { useMessages } from '../language/language.tsx';
import { useSessionQuery } from '../session/session.tsx';
import { CodeForm } from './code-form.tsx';
import { CredentialsForm } from './credentials-form.tsx';
import { signInMessages } from './messages.ts';
import { OtherWays } from './other-ways.tsx';
import { Refusal } from './refusal.tsx';
import { safePath } from './safe-path.ts';
import { SignInFrame } from './sign-in-frame.tsx';
import { useSignIn } from './use-sign-in.ts';

/** The sign-in page: address and password, and a code where the person has turned on the second step. */
export function SignInPage() {
  const t = useMessages(signInMessages);
  const [parameters] = useSearchParams();
  const session = useSessionQuery();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useSignIn();
  const refused = parameters.get('sign_in_refused');
  if (session.data) return <Navigate to={safePath(parameters.get('to'))} replace />;
  const credentials = { email: email.trim(), password };
  return signIn.needsCode ? (
    <SignInFrame title={t.codeTitle} note={t.codeNote}>
      <CodeForm
        busy={signIn.isPending}
        error={signIn.error}
        forget={signIn.forget}
        back={() => {
          setPassword('');
          signIn.startOver();
        }}
        submit={(code) => signIn.mutate({ ...credentials, code })}
      />
    </SignInFrame>
  ) : (
    <SignInFrame title={t.title} note={t.welcome}>
      {refused === null || signIn.error !== null ? null : <Refusal reason={refused} />}
      <CredentialsForm
        email={email}
        password={password}
        busy={signIn.isPending}
        error={signIn.error}
        onEmail={setEmail}
        onPassword={setPassword}
        submit={() => signIn.mutate(credentials)}
      />
      <OtherWays />
    </SignInFrame>
  );
}
