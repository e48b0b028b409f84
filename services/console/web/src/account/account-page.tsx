import { Text } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { useMessages } from '../language/language.tsx';
import { useSession } from '../session/session.tsx';
import { Refusal } from '../sign-in/refusal.tsx';
import { ConnectProvider } from './connect-provider.tsx';
import { accountMessages } from './messages.ts';
import { OwnSessions } from './own-sessions.tsx';
import { PasswordForm } from './password-form.tsx';
import { SecondFactor } from './second-factor.tsx';

/** One's own account: password, two-step verification and sessions. */
export function AccountPage() {
  const t = useMessages(accountMessages);
  const { user, second_factor } = useSession();
  const [parameters] = useSearchParams();
  const refused = parameters.get('sign_in_refused');
  return (
    <>
      <PageTitle title={t.title} note={user.email} />
      {refused === null ? null : <Refusal reason={refused} />}
      <Section title={t.passwordTitle}>
        {user.signs_in_by === 'openid' ? <Text>{t.passwordElsewhere}</Text> : <PasswordForm />}
      </Section>
      {user.signs_in_by === 'openid' && second_factor === 'none' ? null : (
        <Section title={t.stepTitle}>
          <SecondFactor />
        </Section>
      )}
      {user.signs_in_by === 'openid' ? null : <ConnectProvider />}
      <Section title={t.sessionsTitle}>
        <OwnSessions />
      </Section>
    </>
  );
}
