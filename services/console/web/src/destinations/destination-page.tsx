import { Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { Confirm } from '../elements/confirm.tsx';
import { Facts } from '../elements/facts.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { DeliveryList } from './delivery-list.tsx';
import {
  deleteDestination,
  type Destination,
  type DestinationInput,
  readDestination,
  saveDestination,
} from './destination-api.ts';
import { DestinationForm } from './destination-form.tsx';
import { destinationMessages } from './messages.ts';

/** One destination: its settings, and what became of its deliveries. */
export function DestinationPage() {
  const t = useMessages(destinationMessages);
  const api = useApi();
  const { key = '' } = useParams();
  const may_change = useRight('activation:write');
  const { data, error, refetch } = useQuery({
    queryKey: ['destination', key],
    queryFn: ({ signal }) => readDestination(api, key, signal),
  });
  return (
    <>
      <PageTitle title={data?.name ?? key} note={data?.url}>
        {may_change && data !== undefined ? <DeleteDestination name={key} /> : null}
      </PageTitle>
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Loading />
      ) : (
        <>
          <Section title={t.settings}>
            {may_change ? <Settings destination={data} /> : <Shown destination={data} />}
          </Section>
          <Section title={t.deliveriesTitle}>
            <DeliveryList filter={{ status: null, destination: key, profile: null }} />
          </Section>
        </>
      )}
    </>
  );
}

interface OfDestination {
  readonly destination: Destination;
}

function Settings({ destination }: OfDestination) {
  const t = useMessages(destinationMessages);
  const api = useApi();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (input: DestinationInput) => saveDestination(api, destination.key, input),
    onSuccess: (saved) => queries.setQueryData<Destination>(['destination', saved.key], saved),
  });
  return (
    <>
      <DestinationForm
        existing={destination}
        error={save.error}
        busy={save.isPending}
        save={(_key, input) => save.mutate(input)}
      />
      <Text mt="sm" role="status">
        {save.isSuccess ? t.saved : ''}
      </Text>
    </>
  );
}

function Shown({ destination: { key, url, segments, enabled, updated_at } }: OfDestination) {
  const t = useMessages(destinationMessages);
  const formats = useFormats();
  return (
    <Facts
      of={[
        [t.key, key],
        [t.url, url],
        [t.segments, segments === 'all' ? t.allSegments : formats.list(segments)],
        [
          t.state,
          <StateMark key="state" mood={enabled ? 'good' : 'idle'}>
            {enabled ? t.enabled : t.disabled}
          </StateMark>,
        ],
        [t.changed, formats.time(updated_at)],
      ]}
    />
  );
}

function DeleteDestination({ name }: { readonly name: string }) {
  const t = useMessages(destinationMessages);
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteDestination(api, name),
    onSuccess: async () => {
      await navigate('/destinations');
      queries.removeQueries({ queryKey: ['destination', name] });
      await queries.invalidateQueries({ queryKey: ['destinations'] });
    },
  });
  return (
    <Confirm
      label={t.delete}
      title={t.deleteTitle}
      error={remove.error}
      busy={remove.isPending}
      act={() => remove.mutate()}
    >
      {t.deleteText(name)}
    </Confirm>
  );
}
