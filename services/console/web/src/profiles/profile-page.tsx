import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
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
import { useFormats, useMessages } from '../language/language.tsx';
import { profileMessages } from './messages.ts';
import { type Metadata, readMetadata } from './profile-api.ts';
import { IdentifierList, SegmentList, TraitList } from './profile-lists.tsx';
import { Timeline } from './timeline.tsx';

/** Everything known about one person. */
export function ProfilePage() {
  const t = useMessages(profileMessages);
  const api = useApi();
  const { identifier = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['profile', identifier, 'metadata'],
    queryFn: ({ signal }) => readMetadata(api, identifier, signal),
    // Also if nobody is found: the person may be on the way.
    refetchInterval: (query) => (query.state.data === undefined ? MOVING_MS : polling('followed')(query)),
  });
  const another = (
    <Button variant="default" component={Link} to="/profiles">
      {t.anotherPerson}
    </Button>
  );
  if (statusOf(error) === 404) {
    return (
      <>
        <PageTitle title={t.unknownTitle} />
        <Empty title={t.nobody(identifier)} action={another}>
          {t.nobodyHelp}
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageTitle title={identifier}>{another}</PageTitle>
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {data === undefined ? error === null && <Loading /> : <Person identifier={identifier} metadata={data} />}
    </>
  );
}

function Person({ identifier, metadata }: { readonly identifier: string; readonly metadata: Metadata }) {
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
        <IdentifierList identifier={identifier} />
      </Section>
      <Section title={t.traits}>
        <TraitList identifier={identifier} />
      </Section>
      <Section title={t.segments}>
        <SegmentList identifier={identifier} />
      </Section>
      <Section title={t.timeline}>
        <Timeline identifier={identifier} profile_id={metadata.profile_id} />
      </Section>
      {metadata.profile_id === undefined ? null : (
        <Section title={t.deliveries}>
          <DeliveryList filter={{ status: null, destination: null, profile: metadata.profile_id }} />
        </Section>
      )}
    </>
  );
}
