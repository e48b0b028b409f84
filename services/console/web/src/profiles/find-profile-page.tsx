import { Button, Group, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, Navigate } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { MOVING_MS } from '../api/polling.ts';
import { Empty } from '../elements/empty.tsx';
import { Fault } from '../elements/fault.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useFilter } from '../elements/use-filter.ts';
import { useMessages } from '../language/language.tsx';
import { candidatesOf } from './candidates.ts';
import { profileMessages } from './messages.ts';
import { findProfile } from './profile-api.ts';

/** A search repeats at most this often, unless it is requested. */
const LOOKS = 120;

/** Finds a person by any identifier. */
export function FindProfilePage() {
  const t = useMessages(profileMessages);
  const api = useApi();
  const { valueOf, choose } = useFilter([], ['q'], { replace: false });
  const typed = valueOf('q');
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: ['find-profile', typed],
    queryFn: () => findProfile(api, candidatesOf(typed)),
    enabled: typed !== '',
    staleTime: 0,
    // A person looked for right after their first event may still be on the way.
    refetchInterval: ({ state: { data: found, dataUpdateCount } }) =>
      found === null && dataUpdateCount < LOOKS ? MOVING_MS : false,
  });
  if (typed !== '' && data) return <Navigate to={pathOf`/profiles/${data}`} state={{ typed: { q: typed } }} />;
  return (
    <>
      <PageTitle title={t.findTitle} note={t.findNote} />
      <FindProfileForm
        key={typed}
        initial={typed}
        busy={isLoading}
        find={(wanted) => {
          if (wanted === typed) void refetch();
          else choose({ q: wanted });
        }}
      />
      <div aria-live="polite">
        {error !== null ? <Fault error={error} retry={() => void refetch()} /> : null}
        {typed === '' ? <Begin /> : null}
        {typed !== '' && data === null ? <Nobody typed={typed} /> : null}
      </div>
    </>
  );
}

interface FindProfileFormProps {
  readonly busy: boolean;
  readonly initial: string;
  find(typed: string): void;
}

/** One field for any identifier. */
function FindProfileForm({ busy, initial, find }: FindProfileFormProps) {
  const t = useMessages(profileMessages);
  const [typed, setTyped] = useState(initial);
  const [asked, setAsked] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (typed.trim() !== '') find(typed);
  };
  return (
    <form onSubmit={submit} role="search">
      <Group align="flex-start" mb="lg">
        <TextInput
          flex={1}
          miw={200}
          label={t.identifier}
          description={t.identifierHelp}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={asked && typed.trim() === '' ? t.needIdentifier : undefined}
          autoComplete="off"
          spellCheck={false}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
        <Button type="submit" loading={busy} mt={25}>
          {t.find}
        </Button>
      </Group>
    </form>
  );
}

function Begin() {
  const t = useMessages(profileMessages);
  return (
    <Empty
      title={t.begin}
      action={
        <Button variant="default" component={Link} to="/segments">
          {t.toSegments}
        </Button>
      }
    >
      {t.beginHelp}
    </Empty>
  );
}

function Nobody({ typed }: { readonly typed: string }) {
  const t = useMessages(profileMessages);
  return (
    <Empty
      title={t.nobody(typed)}
      action={
        <Button variant="default" component={Link} to="/rejected">
          {t.toRejected}
        </Button>
      }
    >
      {t.nobodyHelp}
    </Empty>
  );
}
