import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { RemoveButton } from '../elements/remove-button.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useSession } from '../session/session.tsx';
import { endOtherSessions, endOwnSession, type OpenSession, readOwnSessions } from './account-api.ts';
import { accountMessages } from './messages.ts';
import { SessionTable } from './session-table.tsx';

/** Key of the query that knows where one is signed in. */
export const OWN_SESSIONS = ['sessions'] as const;

/** Where one is signed in, with a way to end each other session. */
export function OwnSessions() {
  const t = useMessages(accountMessages);
  const formats = useFormats();
  const api = useApi();
  const { expires_at, idle_s } = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: OWN_SESSIONS,
    queryFn: ({ signal }) => readOwnSessions(api, signal),
  });
  const sessions = data?.items;
  return (
    <Stack gap="md" align="flex-start">
      <Text c="dimmed">{t.sessionsNote(formats.duration(idle_s), formats.time(expires_at))}</Text>
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {sessions === undefined && error === null ? <Loading lines={2} /> : null}
      {sessions === undefined ? null : (
        <SessionTable sessions={sessions} end={(session) => <EndSession session={session} />} />
      )}
      {sessions === undefined || sessions.length < 2 ? null : (
        <RemoveButton
          label={t.endOthers}
          title={t.endOthersTitle}
          list={OWN_SESSIONS}
          remove={() => endOtherSessions(api)}
        >
          {t.endOthersText}
        </RemoveButton>
      )}
    </Stack>
  );
}

function EndSession({ session: { id, current } }: { readonly session: OpenSession }) {
  const t = useMessages(accountMessages);
  const api = useApi();
  if (current) return <StateMark mood="good">{t.thisOne}</StateMark>;
  return (
    <RemoveButton size="xs" label={t.end} title={t.endTitle} list={OWN_SESSIONS} remove={() => endOwnSession(api, id)}>
      {t.endText}
    </RemoveButton>
  );
}
