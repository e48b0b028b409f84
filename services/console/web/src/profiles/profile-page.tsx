import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams } from 'react-router';
import { MOVING_MS, polling } from '../api/polling.ts';
import { statusOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { DeliveryList } from '../destinations/delivery-list.tsx';
import { Empty } from '../elements/empty.tsx';
import { Facts } from '../elements/facts.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { typedIn } from '../elements/typed-texts.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { isProfileId } from './candidates.ts';
import { profileMessages } from './messages.ts';
import { type Metadata, readMetadata } from './profile-api.ts';
import { IdentifierList, SegmentList, TraitList } from './profile-lists.tsx';
import { Timeline } from './timeline.tsx';

/** Everything known about one person. */
export function ProfilePage() {
  const t = useMessages(profileMessages);
  const api = useApi();
  const { id = '' } = useParams();
  // What somebody looked for, who came from the search.
  const { q: typed = id } = typedIn(useLocation().state);
  const { data, error, refetch } = useQuery({
    queryKey: ['profile', id, 'metadata'],
    queryFn: ({ signal }) => readMetadata(api, id, signal),
    enabled: isProfileId(id),
    // Also if nobody is found: the person may be on the way.
    refetchInterval: (query) => (query.state.data === undefined ? MOVING_MS : polling('followed')(query)),
  });
  const another = (
    <Button variant="default" component={Link} to="/profiles">
      {t.anotherPerson}
    </Button>
  );
  if (statusOf(error) === 404 || !isProfileId(id)) {
    return (
      <>
        <PageTitle title={t.unknownTitle} />
        <Empty title={t.nobody(typed)} action={another}>
          {t.nobodyHelp}
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageTitle title={typed}>{another}</PageTitle>
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {data === undefined ? error === null && <Loading /> : <Person id={id} metadata={data} />}
    </>
  );
}

function Person({ id, metadata }: { readonly id: string; readonly metadata: Metadata }) {
  const t = useMessages(profileMessages);
  const formats = useFormats();
  const time = (iso: string | null) => (iso === null ? null : formats.time(iso));
  return (
    <>
      <div className="section">
        <Facts
          of={[
            [t.profileId, metadata.profile_id],
            [t.known, time(metadata.created_at)],
            [t.changed, time(metadata.updated_at)],
          ]}
        />
      </div>
      <Section title={t.identifiers}>
        <IdentifierList id={id} />
      </Section>
      <Section title={t.traits}>
        <TraitList id={id} />
      </Section>
      <Section title={t.segments}>
        <SegmentList id={id} profile_id={metadata.profile_id ?? id} />
      </Section>
      <Section title={t.timeline}>
        <Timeline id={id} profile_id={metadata.profile_id} />
      </Section>
      {metadata.profile_id === undefined ? null : (
        <Section title={t.deliveries}>
          <DeliveryList filter={{ status: null, destination: null, profile: metadata.profile_id }} />
        </Section>
      )}
    </>
  );
}
