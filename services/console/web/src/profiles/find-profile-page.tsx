import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearchParams } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { Empty } from '../elements/empty.tsx';
import { Fault } from '../elements/fault.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useMessages } from '../language/language.tsx';
import { MOVING_MS } from '../live/moving.ts';
import { candidatesOf } from './candidates.ts';
import { FindProfileForm } from './find-profile-form.tsx';
import { profileMessages } from './messages.ts';
import { findProfile } from './profile-api.ts';

/** Nobody is looked for more often than this, unless asked again. */
const LOOKS = 120;

/** Finds a person by any identifier; what is looked for stands in the address, so that it can be shared. */
export function Component() {
  const t = useMessages(profileMessages);
  const api = useApi();
  const [parameters, setParameters] = useSearchParams();
  const typed = parameters.get('q') ?? '';
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: ['find-profile', typed],
    queryFn: () => findProfile(api, candidatesOf(typed)),
    enabled: typed !== '',
    staleTime: 0,
    // Somebody who is looked for right after their first event may be on the way still.
    refetchInterval: ({ state: { data: found, dataUpdateCount } }) =>
      found === null && dataUpdateCount < LOOKS ? MOVING_MS : false,
  });
  if (typed !== '' && data) return <Navigate to={pathOf`/profiles/${data}`} />;
  return (
    <>
      <PageTitle title={t.findTitle} note={t.findNote} />
      <FindProfileForm
        key={typed}
        initial={typed}
        busy={isLoading}
        find={(wanted) => {
          if (wanted === typed) void refetch();
          else setParameters({ q: wanted });
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
