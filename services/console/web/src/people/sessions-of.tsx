import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { endSessionsOf, readSessionsOf } from '../account/account-api.ts';
import { SessionTable } from '../account/session-table.tsx';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { RemoveButton } from '../elements/remove-button.tsx';
import { useMessages } from '../language/language.tsx';
import { peopleMessages } from './messages.ts';
import type { Person } from './people-api.ts';

/** Where a person is signed in, and a way to end all of it. */
export function SessionsOf({ person: { id, email } }: { readonly person: Pick<Person, 'id' | 'email'> }) {
  const t = useMessages(peopleMessages);
  const api = useApi();
  const key = ['people-sessions', id];
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readSessionsOf(api, id, signal),
  });
  return (
    <Stack gap="sm" align="flex-start">
      <Title order={2} size="h5">
        {t.sessionsOf}
      </Title>
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Loading lines={2} /> : null}
      {data?.items.length === 0 ? <Text c="dimmed">{t.noSessions}</Text> : null}
      {data === undefined || data.items.length === 0 ? null : (
        <>
          <SessionTable sessions={data.items} />
          <RemoveButton label={t.endAll} title={t.endAllTitle} list={key} remove={() => endSessionsOf(api, id)}>
            {t.endAllText(email)}
          </RemoveButton>
        </>
      )}
    </Stack>
  );
}
